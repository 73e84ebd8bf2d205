//! Well-known railway stations of greater Tokyo: areas to pick without a position, and the scenery of the demo.
//!
//! Positions from general knowledge, good to some 100 m: enough for an area, not for a fence.

use crate::geo::LatLng;

/// A railway station.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Station {
    /// Stable id: the English name in lower case, `-` for blanks.
    pub id: &'static str,
    /// 日本語, without 駅.
    pub name: &'static str,
    /// English, as on the signs but without macrons.
    pub name_en: &'static str,
    /// Where it is.
    pub position: LatLng,
}

impl Station {
    /// The station of an id.
    #[must_use]
    pub fn by_id(id: &str) -> Option<&'static Self> {
        STATIONS.iter().find(|station| station.id == id)
    }
}

const fn at(
    id: &'static str,
    name: &'static str,
    name_en: &'static str,
    lat: f64,
    lng: f64,
) -> Station {
    match LatLng::new(lat, lng) {
        Ok(position) => Station {
            id,
            name,
            name_en,
            position,
        },
        // Evaluated while compiling: a misprint in the table does not build.
        Err(_) => panic!("not on the earth"),
    }
}

/// The stations: the Yamanote line clockwise from Tokyo, then inside it, then outwards.
pub static STATIONS: [Station; 79] = [
    at("tokyo", "東京", "Tokyo", 35.6812, 139.7671),
    at("yurakucho", "有楽町", "Yurakucho", 35.6750, 139.7628),
    at("shimbashi", "新橋", "Shimbashi", 35.6663, 139.7583),
    at("hamamatsucho", "浜松町", "Hamamatsucho", 35.6553, 139.7571),
    at("tamachi", "田町", "Tamachi", 35.6457, 139.7476),
    at("shinagawa", "品川", "Shinagawa", 35.6285, 139.7388),
    at("osaki", "大崎", "Osaki", 35.6197, 139.7284),
    at("gotanda", "五反田", "Gotanda", 35.6262, 139.7234),
    at("meguro", "目黒", "Meguro", 35.6340, 139.7158),
    at("ebisu", "恵比寿", "Ebisu", 35.6467, 139.7101),
    at("shibuya", "渋谷", "Shibuya", 35.6580, 139.7016),
    at("harajuku", "原宿", "Harajuku", 35.6702, 139.7027),
    at("yoyogi", "代々木", "Yoyogi", 35.6831, 139.7020),
    at("shinjuku", "新宿", "Shinjuku", 35.6896, 139.7006),
    at("shin-okubo", "新大久保", "Shin-Okubo", 35.7013, 139.7000),
    at(
        "takadanobaba",
        "高田馬場",
        "Takadanobaba",
        35.7127,
        139.7038,
    ),
    at("mejiro", "目白", "Mejiro", 35.7212, 139.7066),
    at("ikebukuro", "池袋", "Ikebukuro", 35.7295, 139.7109),
    at("otsuka", "大塚", "Otsuka", 35.7317, 139.7285),
    at("sugamo", "巣鴨", "Sugamo", 35.7334, 139.7393),
    at("komagome", "駒込", "Komagome", 35.7365, 139.7470),
    at("tabata", "田端", "Tabata", 35.7380, 139.7608),
    at("nippori", "日暮里", "Nippori", 35.7278, 139.7710),
    at("ueno", "上野", "Ueno", 35.7138, 139.7770),
    at("okachimachi", "御徒町", "Okachimachi", 35.7075, 139.7747),
    at("akihabara", "秋葉原", "Akihabara", 35.6984, 139.7731),
    at("kanda", "神田", "Kanda", 35.6918, 139.7709),
    at("ginza", "銀座", "Ginza", 35.6717, 139.7650),
    at("roppongi", "六本木", "Roppongi", 35.6628, 139.7315),
    at("omotesando", "表参道", "Omotesando", 35.6652, 139.7123),
    at("akasaka", "赤坂", "Akasaka", 35.6721, 139.7364),
    at("iidabashi", "飯田橋", "Iidabashi", 35.7021, 139.7450),
    at("yotsuya", "四ツ谷", "Yotsuya", 35.6860, 139.7304),
    at("ochanomizu", "御茶ノ水", "Ochanomizu", 35.6994, 139.7649),
    at("korakuen", "後楽園", "Korakuen", 35.7077, 139.7517),
    at("asakusa", "浅草", "Asakusa", 35.7119, 139.7983),
    at("oshiage", "押上", "Oshiage", 35.7102, 139.8133),
    at("kinshicho", "錦糸町", "Kinshicho", 35.6968, 139.8143),
    at("ryogoku", "両国", "Ryogoku", 35.6958, 139.7934),
    at("toyosu", "豊洲", "Toyosu", 35.6549, 139.7963),
    at(
        "tokyo-teleport",
        "東京テレポート",
        "Tokyo Teleport",
        35.6275,
        139.7787,
    ),
    at("kita-senju", "北千住", "Kita-Senju", 35.7497, 139.8049),
    at("kameari", "亀有", "Kameari", 35.7667, 139.8477),
    at("shin-koiwa", "新小岩", "Shin-Koiwa", 35.7169, 139.8578),
    at("kasai", "葛西", "Kasai", 35.6636, 139.8727),
    at("akabane", "赤羽", "Akabane", 35.7781, 139.7208),
    at("oji", "王子", "Oji", 35.7527, 139.7380),
    at("nerima", "練馬", "Nerima", 35.7378, 139.6543),
    at("nakano", "中野", "Nakano", 35.7057, 139.6658),
    at("koenji", "高円寺", "Koenji", 35.7054, 139.6497),
    at("ogikubo", "荻窪", "Ogikubo", 35.7045, 139.6200),
    at("kichijoji", "吉祥寺", "Kichijoji", 35.7031, 139.5798),
    at("mitaka", "三鷹", "Mitaka", 35.7027, 139.5607),
    at("kokubunji", "国分寺", "Kokubunji", 35.7001, 139.4804),
    at("tachikawa", "立川", "Tachikawa", 35.6979, 139.4137),
    at("hachioji", "八王子", "Hachioji", 35.6556, 139.3389),
    at("machida", "町田", "Machida", 35.5420, 139.4455),
    at(
        "shimo-kitazawa",
        "下北沢",
        "Shimo-Kitazawa",
        35.6616,
        139.6670,
    ),
    at("sangen-jaya", "三軒茶屋", "Sangen-Jaya", 35.6436, 139.6699),
    at(
        "futako-tamagawa",
        "二子玉川",
        "Futako-Tamagawa",
        35.6116,
        139.6265,
    ),
    at("jiyugaoka", "自由が丘", "Jiyugaoka", 35.6074, 139.6690),
    at("naka-meguro", "中目黒", "Naka-Meguro", 35.6443, 139.6990),
    at("kamata", "蒲田", "Kamata", 35.5625, 139.7160),
    at("oimachi", "大井町", "Oimachi", 35.6065, 139.7348),
    at("kawasaki", "川崎", "Kawasaki", 35.5313, 139.6969),
    at(
        "musashi-kosugi",
        "武蔵小杉",
        "Musashi-Kosugi",
        35.5760,
        139.6596,
    ),
    at("yokohama", "横浜", "Yokohama", 35.4660, 139.6223),
    at("sakuragicho", "桜木町", "Sakuragicho", 35.4509, 139.6310),
    at(
        "shin-yokohama",
        "新横浜",
        "Shin-Yokohama",
        35.5068,
        139.6175,
    ),
    at("omiya", "大宮", "Omiya", 35.9063, 139.6239),
    at("urawa", "浦和", "Urawa", 35.8586, 139.6574),
    at("kawaguchi", "川口", "Kawaguchi", 35.8018, 139.7176),
    at("tokorozawa", "所沢", "Tokorozawa", 35.7866, 139.4731),
    at("kashiwa", "柏", "Kashiwa", 35.8622, 139.9709),
    at("matsudo", "松戸", "Matsudo", 35.7845, 139.9007),
    at("funabashi", "船橋", "Funabashi", 35.7017, 139.9853),
    at(
        "nishi-funabashi",
        "西船橋",
        "Nishi-Funabashi",
        35.7073,
        139.9593,
    ),
    at("chiba", "千葉", "Chiba", 35.6131, 140.1133),
    at("maihama", "舞浜", "Maihama", 35.6363, 139.8830),
];

#[cfg(test)]
mod tests {
    use super::{STATIONS, Station};
    use std::collections::HashSet;

    #[test]
    fn every_station_is_in_greater_tokyo_and_has_its_own_id() {
        let ids: HashSet<&str> = STATIONS.iter().map(|s| s.id).collect();
        assert_eq!(ids.len(), STATIONS.len());
        for station in &STATIONS {
            let (lat, lng) = (station.position.lat(), station.position.lng());
            assert!(
                (35.4..36.0).contains(&lat) && (139.3..140.2).contains(&lng),
                "{}",
                station.id
            );
            assert_eq!(station.id, station.name_en.to_lowercase().replace(' ', "-"));
            assert_eq!(Station::by_id(station.id), Some(station));
        }
    }

    /// Neighbours on the loop are 0.5 to 2.7 km apart: a slip of a digit would show.
    #[test]
    fn the_yamanote_line_is_a_loop() {
        let ring = &STATIONS[..27];
        for (a, b) in ring.iter().zip(ring.iter().cycle().skip(1)) {
            let metres = a.position.distance_m(b.position);
            assert!(
                (400.0..2_700.0).contains(&metres),
                "{} {} {metres}",
                a.id,
                b.id
            );
        }
    }
}
