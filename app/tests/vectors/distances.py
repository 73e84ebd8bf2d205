"""Writes distances.json: geodesic distances on the WGS84 ellipsoid from five positions in Tokyo.

Independent of the product: C. F. F. Karney's algorithm as in GeographicLib, not haversine on a sphere.
    pip install geographiclib==2.1
    python3 distances.py > distances.json
"""
import json

import geographiclib
from geographiclib.geodesic import Geodesic

FROM = {
    "Tokyo station": (35.6812, 139.7671),
    "Shinjuku station": (35.6896, 139.7006),
    "Shibuya station": (35.6580, 139.7016),
    "Haneda airport": (35.5494, 139.7798),
    "Mount Takao": (35.6250, 139.2437),
}
TO = {
    "across the street": (35.68129, 139.76745),
    "Ginza": (35.6717, 139.7650),
    "Ikebukuro": (35.7295, 139.7109),
    "Yokohama": (35.4660, 139.6223),
    "Osaka": (34.7025, 135.4959),
    "Sapporo": (43.0687, 141.3508),
    "Naha": (26.2124, 127.6792),
    "due north": (36.6812, 139.7671),
    "due east": (35.6812, 140.7671),
    "Honolulu, across the date line": (21.3069, -157.8583),
    "Buenos Aires, nearly the other side": (-34.6037, -58.3816),
}

print(json.dumps({
    "source": f"GeographicLib {geographiclib.__version__} (PyPI geographiclib), Geodesic.WGS84.Inverse, by distances.py",
    "unit": "metres",
    "distances": [
        {"from": a, "from_lat": p[0], "from_lng": p[1], "to": b, "to_lat": q[0], "to_lng": q[1],
         "metres": round(Geodesic.WGS84.Inverse(*p, *q)["s12"], 3)}
        for a, p in FROM.items() for b, q in TO.items()
    ],
}, indent=1, ensure_ascii=False))
