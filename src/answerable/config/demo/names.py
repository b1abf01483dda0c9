"""Names of a country that does not exist, in three languages."""

from __future__ import annotations

import random
from itertools import product

Names = dict[str, str]


def said(en: str, ar: str, zh: str) -> Names:
    """The three forms of a name."""
    return {"en": en, "ar": ar, "zh-hans": zh}


LEVELS = (
    ("province", said("Province", "إقليم", "省")),
    ("prefecture", said("Prefecture", "محافظة", "州")),
    ("county", said("County", "مقاطعة", "县")),
    ("township", said("Township", "بلدة", "镇")),
    ("village", said("Village", "قرية", "村")),
)
PROVINCE = said("Meridale", "مريدال", "明谷省")
PREFECTURES = (
    said("North Meridale", "مريدال الشمالية", "北明州"),
    said("South Meridale", "مريدال الجنوبية", "南明州"),
)
COUNTIES = (
    said("Amberfield", "حقل الكهرمان", "琥田县"),
    said("Silverbrook", "جدول الفضة", "银溪县"),
    said("Cedarholm", "روضة الأرز", "雪松县"),
    said("Larkmoor", "مرج القبّرة", "云雀县"),
    said("Stonemere", "بحيرة الحجر", "石湖县"),
    said("Willowdene", "وادي الصفصاف", "柳谷县"),
)
TOWNSHIPS = (
    said("Heronford", "مخاضة البلشون", "鹭渡镇"),
    said("Kestrel Rise", "مرتفع العوسق", "隼坡镇"),
    said("Otterbank", "ضفة القضاعة", "獭滩镇"),
    said("Foxglen", "وهد الثعلب", "狐谷镇"),
    said("Swanmarsh", "هور البجع", "鹄沼镇"),
    said("Badgerhill", "تل الغرير", "獾岭镇"),
    said("Hareleap", "وثبة الأرنب", "兔跃镇"),
    said("Cranewater", "ماء الكركي", "鹤水镇"),
    said("Finchley Cross", "مفرق الحسون", "雀口镇"),
    said("Martin Gate", "باب السنونو", "燕门镇"),
    said("Deerwood", "غابة الأيل", "鹿林镇"),
    said("Owlstone", "حجر البوم", "鸮石镇"),
    said("Rookery", "عش الغداف", "鸦巢镇"),
    said("Plover Flat", "سهل الزقزاق", "鸻坪镇"),
    said("Beaver Dam", "سد القندس", "河狸坝镇"),
    said("Wrenfield", "حقل النمنمة", "鹪田镇"),
    said("Salmon Weir", "حاجز السلمون", "鲑堰镇"),
    said("Thrush Hollow", "جوف السمّنة", "鸫坳镇"),
    said("Ibex Ridge", "حافة الوعل", "羱脊镇"),
    said("Quailton", "دار السمّان", "鹑屯镇"),
    said("Ravenscar", "جرف الغراب", "渡鸦崖镇"),
    said("Teal Pond", "بركة الحذف", "凫塘镇"),
    said("Swiftdown", "منحدر السمامة", "雨燕坡镇"),
    said("Marten Copse", "أيكة الدلق", "貂丛镇"),
)
_QUALIFIERS = (
    said("Upper", "الأعلى", "上"),
    said("Lower", "الأسفل", "下"),
    said("Old", "القديم", "老"),
    said("New", "الجديد", "新"),
    said("Great", "الكبير", "大"),
    said("Little", "الصغير", "小"),
    said("White", "الأبيض", "白"),
    said("Red", "الأحمر", "红"),
    said("Green", "الأخضر", "青"),
    said("East", "الشرقي", "东"),
    said("West", "الغربي", "西"),
    said("Long", "الطويل", "长"),
)
_FEATURES = (
    said("Willow", "الصفصاف", "柳"),
    said("Arch", "القوس", "拱桥"),
    said("Wellspring", "النبع", "泉"),
    said("Hillock", "التل", "冈"),
    said("Dale", "الوادي", "谷"),
    said("Boulder", "الحجر", "磐"),
    said("Orchard", "البستان", "果园"),
    said("Plain", "السهل", "坪"),
    said("Meadow", "المرج", "草甸"),
    said("Acre", "الحقل", "田"),
    said("Brook", "الجدول", "溪"),
    said("Tower", "البرج", "塔"),
    said("Granary", "المخزن", "仓"),
    said("Pool", "الغدير", "潭"),
    said("Fig", "التين", "榕"),
    said("Walnut", "الجوز", "核桃"),
    said("Olive", "الزيتون", "榄"),
    said("Hive", "المنحل", "蜂"),
    said("Barley", "الشعير", "麦"),
    said("Furrow", "التلم", "垄"),
)
#: The village of the README's tour; the first of the first township.
TOUR_VILLAGE = said("Upper Willow", "الصفصاف الأعلى", "上柳村")


def village_names(count: int, rng: random.Random) -> list[Names]:
    """So many different names, the tour's village first."""
    made = [
        said(f"{q['en']} {f['en']}", f"{f['ar']} {q['ar']}", f"{q['zh-hans']}{f['zh-hans']}村")
        for f, q in product(_FEATURES, _QUALIFIERS)
    ]
    rest = [name for name in made if name != TOUR_VILLAGE]
    rng.shuffle(rest)
    return [TOUR_VILLAGE, *rest[: count - 1]]


SPONSORS = (
    ("water-board", said("Meridale Water Board", "هيئة مياه مريدال", "明谷水务局")),
    ("roads-office", said("Provincial Roads Office", "مكتب طرق الإقليم", "省公路处")),
    ("teachers-college", said("Larkmoor Teachers' College", "كلية معلمي مرج القبّرة", "云雀师范学校")),
    ("farm-bank", said("Farm Credit Bank", "مصرف الائتمان الزراعي", "农业信贷银行")),
    ("health-service", said("Rural Health Service", "الخدمة الصحية الريفية", "乡村卫生服务中心")),
    ("forest-institute", said("Forest Institute", "معهد الغابات", "林业研究所")),
    ("tile-works", said("Stonemere Tile Works", "معمل قرميد بحيرة الحجر", "石湖瓦厂")),
    ("engineers-union", said("Union of Engineers", "اتحاد المهندسين", "工程师协会")),
)
OUTSIDE_BODIES = (
    ("valley-power", said("Valley Power Company", "شركة كهرباء الوادي", "谷地电力公司")),
    ("county-bus", said("County Bus Company", "شركة حافلات المقاطعة", "县公交公司")),
    ("meridale-telecom", said("Meridale Telecom", "اتصالات مريدال", "明谷电信")),
    ("land-registry", said("Land Registry", "السجل العقاري", "土地登记处")),
)
ROUNDS = (
    said("First round", "الدورة الأولى", "第一轮"),
    said("Second round", "الدورة الثانية", "第二轮"),
)
OFFICES = {
    "case-desk": said("Case desk", "مكتب القضايا", "受理台"),
    "coordination": said("Coordinator", "المنسق", "协调员"),
    "water": said("Water office", "مكتب المياه", "水务办公室"),
    "roads": said("Roads office", "مكتب الطرق", "道路办公室"),
    "farming": said("Farming and animal health office", "مكتب الزراعة والصحة الحيوانية", "农牧办公室"),
    "services": said("Schools and services office", "مكتب المدارس والخدمات", "教育和服务办公室"),
    "appeals": said("Appeals office", "مكتب إعادة النظر", "复核办公室"),
    "director": said("Programme director", "مدير البرنامج", "项目主任"),
    "bookkeeping": said("Bookkeeper", "المحاسب", "会计"),
    "audit": said("Auditor", "المدقق", "审计员"),
    "focal-point": said("Focal point", "جهة الاتصال المستقلة", "独立联络人"),
    "operations": said("Operator", "المشغّل", "运维员"),
    "seat": said("Team member", "عضو الفريق", "工作队员"),
    "team": said("Team", "فريق", "工作队"),
}
HOLIDAYS = (
    (1, 1, said("New Year", "رأس السنة", "元旦")),
    (3, 21, said("First day of spring", "أول أيام الربيع", "立春日")),
    (5, 1, said("Labour day", "عيد العمال", "劳动节")),
    (6, 21, said("Midsummer", "منتصف الصيف", "仲夏日")),
    (9, 9, said("Teachers' day", "يوم المعلم", "教师日")),
    (10, 15, said("Harvest day", "يوم الحصاد", "丰收日")),
    (12, 20, said("Province day", "يوم الإقليم", "省庆日")),
)
_GIVEN = [
    "Alba",
    "Bashir",
    "Chen",
    "Dana",
    "Elio",
    "Fadia",
    "Goran",
    "Hana",
    "Idris",
    "Jiao",
    "Karim",
    "Lena",
    "Malik",
    "Nour",
    "Oren",
    "Petra",
    "Qing",
    "Rami",
    "Sana",
    "Tomas",
    "Uma",
    "Viktor",
    "Wen",
    "Xenia",
    "Yusra",
    "Zeki",
    "Amal",
    "Bruno",
    "Ciara",
    "Davit",
]
_FAMILY = [
    "Arden",
    "Belkin",
    "Corvo",
    "Dahl",
    "Eskin",
    "Farrow",
    "Galt",
    "Harrow",
    "Ilves",
    "Jarma",
    "Kestel",
    "Lorne",
    "Marun",
    "Nessim",
    "Ostrin",
    "Pellar",
    "Quint",
    "Rovan",
    "Sorrel",
    "Tamrin",
    "Ulmar",
    "Varga",
    "Welker",
    "Xandri",
    "Yarrow",
    "Zorin",
]


def people(count: int, rng: random.Random) -> list[str]:
    """So many different names of staff."""
    made = [f"{given} {family}" for given, family in product(_GIVEN, _FAMILY)]
    rng.shuffle(made)
    return made[:count]


def joined(first: Names, *others: Names) -> Names:
    """One name out of several, in each language: `Heronford: Case desk`."""
    return {tag: ": ".join([first[tag], *(other[tag] for other in others)]) for tag in first}


def numbered(name: Names, number: int) -> Names:
    """`Team 2`, in each language."""
    return {tag: f"{text} {number}" for tag, text in name.items()}
