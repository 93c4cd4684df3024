"""What departments of a city are called, what they work on, and where their money is booked."""

from __future__ import annotations

from dataclasses import dataclass

GENERAL, SAFETY, EDUCATION, SCIENCE = "201-一般公共服务支出", "204-公共安全支出", "205-教育支出", "206-科学技术支出"
CULTURE, SOCIAL, HEALTH = "207-文化旅游体育与传媒支出", "208-社会保障和就业支出", "210-卫生健康支出"
ENVIRONMENT, COMMUNITY, FARMING = "211-节能环保支出", "212-城乡社区支出", "213-农林水支出"
TRANSPORT, INDUSTRY, COMMERCE = "214-交通运输支出", "215-资源勘探工业信息等支出", "216-商业服务业等支出"
LAND, DISASTER = "220-自然资源海洋气象等支出", "224-灾害防治及应急管理支出"


@dataclass(frozen=True)
class Trade:
    """What a department is: its name, the class and the first five digits of its functional items, its fields of work."""

    name: str
    group: str
    items: str
    topics: tuple[str, ...]


def _trade(name: str, group: str, items: str, topics: str) -> Trade:
    return Trade(name, group, items, tuple(topics.split()))


TRADES = (
    _trade("办公室", GENERAL, "20131", "公文运转 值班应急 政务信息 会务接待 档案移交"),
    _trade("组织部", GENERAL, "20132", "干部教育 党员发展 人才引进 基层组织 老年干部"),
    _trade("宣传部", GENERAL, "20133", "新闻舆论 文明创建 理论宣讲 网络文明 电影放映"),
    _trade("统战部", GENERAL, "20134", "侨务联络 民族团结 宗教事务 港澳交流 党外人士"),
    _trade("政法委员会", SAFETY, "20499", "平安建设 矛盾调处 网格管理 反邪警示 法学研究"),
    _trade("机构编制委员会办公室", GENERAL, "20136", "编制核定 机构改革 法人登记 权责清单 实名核查"),
    _trade("信访局", GENERAL, "20140", "来访接待 信访积案 网上信访 领导约访 心理疏导"),
    _trade("档案馆", GENERAL, "20126", "馆藏修复 地方志书 史料征集 家谱整理 电子归档"),
    _trade("发展和改革局", GENERAL, "20104", "产业规划 价格监测 粮食储备 节能降耗 信用体系"),
    _trade("教育局", EDUCATION, "20501", "学前教育 校园安全 师资交流 学生资助 职业技能"),
    _trade("科学技术局", SCIENCE, "20601", "成果转化 创新平台 科普基地 农业科技 孵化培育"),
    _trade("工业和信息化局", INDUSTRY, "21505", "企业上云 技术改造 无线频谱 中小企业 绿色制造"),
    _trade("公安局", SAFETY, "20402", "治安巡防 交通秩序 视频侦查 禁毒缉毒 出入境件"),
    _trade("民政局", SOCIAL, "20802", "养老照料 社区治理 殡葬改革 婚姻登记 儿童福利"),
    _trade("司法局", SAFETY, "20406", "法律援助 人民调解 社区矫正 公证仲裁 普法依法"),
    _trade("财政局", GENERAL, "20106", "国库集中 资产清查 预算评审 会计监督 政府债务"),
    _trade("人力资源和社会保障局", SOCIAL, "20801", "就业创业 劳动监察 社保经办 技工院校 工伤认定"),
    _trade("自然资源和规划局", LAND, "22001", "土地确权 矿山复绿 测绘基准 林地管护 不动产证"),
    _trade("生态环境局", ENVIRONMENT, "21101", "大气监测 水源保护 土壤修复 噪声防治 危废处置"),
    _trade("住房和城乡建设局", COMMUNITY, "21201", "老旧小区 燃气管网 建筑质量 危房鉴定 公租住房"),
    _trade("交通运输局", TRANSPORT, "21401", "农村公路 公交运营 桥梁检测 港航监管 超限治理"),
    _trade("水利局", FARMING, "21303", "河道治理 水库除险 灌区续建 防汛备汛 节水灌溉"),
    _trade("农业农村局", FARMING, "21301", "粮食高产 动物防疫 耕地质量 农机推广 渔业养殖"),
    _trade("商务局", COMMERCE, "21602", "市场流通 外贸促进 电商进村 会展经济 家政培育"),
    _trade("文化广电和旅游局", CULTURE, "20701", "非遗传承 文物看护 图书借阅 乡村旅游 应急广播"),
    _trade("卫生健康局", HEALTH, "21001", "疾病预防 妇幼保健 急救转运 血液采供 中医诊疗"),
    _trade("退役军人事务局", SOCIAL, "20828", "优抚对象 烈士纪念 军休安置 拥军慰问 褒扬纪念"),
    _trade("应急管理局", DISASTER, "22401", "森林防火 矿山巡查 救灾物资 安全生产 地震台网"),
    _trade("审计局", GENERAL, "20108", "经济责任 工程决算 数据审计 民生资金 内审指导"),
    _trade("市场监督管理局", GENERAL, "20138", "食品抽检 药品流通 特种设备 计量检定 专利保护"),
    _trade("体育局", CULTURE, "20703", "全民健身 竞技训练 体育场馆 青少体校 赛事组织"),
    _trade("统计局", GENERAL, "20105", "经济普查 住户调查 统计执法 人口抽样 名录更新"),
    _trade("医疗保障局", HEALTH, "21015", "参保扩面 基金监管 门诊慢病 药品集采 医疗救助"),
    _trade("行政审批局", GENERAL, "20103", "政务大厅 一网通办 电子证照 公共交易 帮办代办"),
    _trade("城市管理局", COMMUNITY, "21205", "环卫清扫 园林绿化 路灯照明 垃圾分类 市容秩序"),
    _trade("机关事务管理局", GENERAL, "20103", "公务用车 办公用房 集中供餐 楼宇能耗 安保值守"),
    _trade("供销合作社", COMMERCE, "21699", "农资供应 冷链配送 再生资源 基层网点 棉麻储备"),
    _trade("总工会", GENERAL, "20129", "职工维权 困难帮扶 劳模疗养 职工书屋 工匠竞赛"),
    _trade("共产主义青年团委员会", GENERAL, "20129", "青年志愿 少先队伍 希望助学 团校轮训 青创比赛"),
    _trade("妇女联合会", GENERAL, "20129", "家庭教育 巾帼建功 妇女儿童 两癌筛查 美丽庭院"),
)  # fmt: skip

STATIONS = ("服务中心", "管理站", "信息中心", "执法大队", "保障中心", "指导站")
OFFICES = ("综合科", "业务科", "财务科", "监督科", "规划科")
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN = (
    "伟",
    "敏",
    "静",
    "丽",
    "强",
    "磊",
    "军",
    "洋",
    "勇",
    "艳",
    "杰",
    "涛",
    "明",
    "超",
    "兰",
    "霞",
    "平",
    "刚",
    "桂英",
    "建国",
)

ITEMS = {
    "office": ("30201-办公费", 900, 2600),
    "printing": ("30202-印刷费", 100, 700),
    "water": ("30205-水费", 60, 300),
    "electricity": ("30206-电费", 200, 1200),
    "post": ("30207-邮电费", 80, 400),
    "heating": ("30208-取暖费", 200, 1500),
    "property": ("30209-物业管理费", 200, 1600),
    "travel": ("30211-差旅费", 200, 900),
    "maintenance": ("30213-维修（护）费", 100, 800),
    "conference": ("30215-会议费", 40, 300),
    "training": ("30216-培训费", 60, 400),
    "reception": ("30217-公务接待费", 20, 200),
    "union": ("30228-工会经费", 150, 800),
    "welfare": ("30229-福利费", 100, 600),
    "vehicle_running": ("30231-公务用车运行维护费", 300, 1600),
    "other_transport": ("30239-其他交通费用", 200, 1500),
    "other": ("30299-其他商品和服务支出", 60, 600),
    "office_equipment": ("31002-办公设备购置", 60, 700),
}
"""Items of operating cost: the economic item and the usual range for a unit of 30 people, in hundredths of 万元."""

WAGES = (
    ("30101-基本工资", 40),
    ("30102-津贴补贴", 31),
    ("30108-机关事业单位基本养老保险缴费", 16),
    ("30113-住房公积金", 13),
)
"""How personnel cost divides, in percent."""

CLASSES = (
    ("land", 0, 60000, None),
    ("general_equipment", 4000, 40000, "vehicles"),
    ("special_equipment", 0, 9000, None),
    ("relics", 0, 0, None),
    ("books", 0, 400, "library_books"),
    ("furniture", 600, 6000, "furniture_items"),
)
"""Classes of assets, their range in hundredths of 万元, and an of-which row that moves with them."""
