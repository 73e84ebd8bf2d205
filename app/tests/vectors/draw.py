"""Writes draw.json: commitments, odds hashes, tickets and outcomes, computed from the documentation of `app::odds` and
`app::draw` with Python's own hashlib and hmac; no code is shared with the product.
    python3 draw.py > draw.json
"""
import hashlib
import hmac
import json
import struct

CAMPAIGN = "cam_01jd8w0e9s3k7m2n5p4q6r8t0v"
SHOPPER = "shp_01jd8w0e9s00000000000000zz"
PSEUDONYM = "00112233445566778899aabbccddeeff"
PRIZES = ["prz_01jd8w0e9s00000000000000%02d" % n for n in range(1, 6)]
TABLES = [
    [(PRIZES[0], 0, 500000), (PRIZES[1], 50, 300000), (PRIZES[2], 100, 150000), (PRIZES[3], 500, 49999), (PRIZES[4], 2000, 1)],
    [(PRIZES[0], 100, 1000000)],
]


def sha(data):
    return hashlib.sha256(data).hexdigest()


def version(drawer):
    """draw@1 has the shopper's id where draw@2 has the pseudonym of the day."""
    return 1 if drawer.startswith("shp_") else 2


def odds_hash(campaign, drawer, day, table):
    lines = [f"raiten-odds-v{version(drawer)}", campaign, drawer, str(day)]
    lines += [f"{prize} {value} {ppm}" for prize, value, ppm in table]
    return sha("".join(line + "\n" for line in lines).encode())


def draw(seed, campaign, drawer, play, nonce, digest):
    """The ticket and how many words were rejected before it."""
    rejected = 0
    round_ = 0
    while True:
        lines = [f"raiten-draw-v{version(drawer)}", campaign, drawer, str(play), nonce, digest, str(round_)]
        mac = hmac.new(seed, "".join(line + "\n" for line in lines).encode(), hashlib.sha256).digest()
        for word in struct.unpack(">8I", mac):
            if word < 4_294_000_000:
                return word % 1_000_000, rejected
            rejected += 1
        round_ += 1


def outcome(table, ticket):
    for prize, _, ppm in table:
        if ticket < ppm:
            return prize
        ticket -= ppm


vectors = []


def add(seed, day, play, nonce, table):
    for drawer in (SHOPPER, PSEUDONYM):
        add_for(drawer, seed, day, play, nonce, table)


def add_for(drawer, seed, day, play, nonce, table):
    digest = odds_hash(CAMPAIGN, drawer, day, table)
    ticket, rejected = draw(seed, CAMPAIGN, drawer, play, nonce, digest)
    vectors.append({
        "seed": seed.hex(), "commitment": sha(seed), "campaign": CAMPAIGN, "drawer": drawer, "day": day,
        "play_number": play, "client_nonce": nonce,
        "odds": [{"prize_id": p, "value": v, "ppm": n} for p, v, n in table],
        "odds_hash": digest, "rejected_words": rejected, "ticket": ticket, "prize_id": outcome(table, ticket),
    })


for i in range(12):
    seed = hashlib.sha256(b"seed %d" % i).digest()
    add(seed, 20000 + i, i + 1, hashlib.sha256(b"nonce %d" % i).hexdigest()[: 16 + 4 * i], TABLES[i % 2])
add(bytes(32), 0, 0, "-" * 16, TABLES[0])
add(b"\xff" * 32, 2147483647, 4294967295, "Az_-" * 16, TABLES[0])
# Three draws whose first word is rejected (one in 4,440): searched for, so that the rejection is seen to work.
seed = hashlib.sha256(b"rejected").digest()
for drawer in (SHOPPER, PSEUDONYM):
    digest = odds_hash(CAMPAIGN, drawer, 20500, TABLES[0])
    found = 0
    play = 0
    while found < 3:
        play += 1
        if draw(seed, CAMPAIGN, drawer, play, "rejection-sampling", digest)[1] > 0:
            add_for(drawer, seed, 20500, play, "rejection-sampling", TABLES[0])
            found += 1

print(json.dumps({"source": "draw.py beside this file: Python's hashlib and hmac", "vectors": vectors}, indent=1))
