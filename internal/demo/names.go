package demo

import (
	"fmt"
)

// Names are put together from common parts; none of them belongs to anybody.
var (
	roadWords = []string{"学前", "文庙", "望湖", "青枫", "听松", "长宁", "和平", "新华", "育才", "朝阳", "兴业", "永安", "丰泽", "桂花", "银杏", "梅影", "春晖", "秋月", "芳汀", "锦园", "安泰", "向荣", "云栖", "映山", "碧波", "清河", "平安", "康乐", "友谊", "团结", "工农", "胜利", "劳动", "光华", "同心", "迎宾", "崇文", "尚德", "明德", "竹苑", "兰亭", "柳浪", "枫林", "香樟", "晨曦", "晚晴", "星海", "月河", "金桥", "石桥"}
	laneWords = []string{"打索", "竹竿", "米市", "豆腐", "灯笼", "铁匠", "染坊", "油车", "木行", "柴行", "井亭", "双井", "花墙", "照壁", "仓桥", "鱼行", "丝行", "药王", "书楼", "钟鼓", "石板", "砖桥", "杏花", "槐树", "桑园", "菱角", "莲子", "糖坊", "酱园", "银杏", "牌楼", "塔前", "河沿", "后浜", "东塘", "西塘", "南弄", "北弄", "半边", "大夫", "状元", "孝义", "仁寿", "福星", "宝善", "积庆", "永福", "太平", "万安", "聚贤"}
	yardWords = []string{"安澜", "锦澜", "芳汀", "晴川", "云汀", "听澜", "望舒", "澜庭", "清荷", "沁芳", "翠屏", "景和", "玉兰", "紫薇", "海棠", "丹桂", "香榭", "春晓", "朝晖", "梅影", "向阳", "安康", "芳草", "锦绣", "绿地", "江韵", "江枫", "临江", "枕河", "水岸", "雅集", "怡景", "嘉和", "瑞丰", "康宁", "福临", "金桂", "银河", "星辰", "明珠", "阳光", "东湖", "南园", "北苑", "西畔", "和畅", "惠风", "静好", "长乐", "同德"}
)

// fresh makes a name that no other place of the tile bears.
func (t *tile) fresh(words []string, tail string) string {
	for range 60 {
		n := one(t.d, words) + tail
		if !t.used[n] {
			t.used[n] = true
			return n
		}
	}
	for i := 2; ; i++ {
		n := one(t.d, words) + chinese(i) + tail
		if !t.used[n] {
			t.used[n] = true
			return n
		}
	}
}

func (t *tile) roadName(use string) string {
	if use == "core" {
		return t.fresh(roadWords, "街")
	}
	return t.fresh(roadWords, "路")
}

func (t *tile) laneName() string {
	return t.fresh(laneWords, one(t.d, []string{"巷", "弄", "巷", "里"}))
}

// describe gives a block its name, year and height.
func (t *tile) describe(b *block) {
	b.built = t.d.count(1984, 2002)
	switch b.use {
	case "walkup":
		b.yard, b.tall = t.fresh(yardWords, one(t.d, []string{"新村", "小区", "苑", "里"})), t.d.count(5, 6)
	case "garden":
		b.yard, b.tall, b.built = t.fresh(yardWords, "花园"), 5, t.d.count(1998, 2004)
	case "slab":
		b.yard, b.tall, b.built = t.fresh(yardWords, one(t.d, []string{"花园", "名苑", "嘉园", "雅苑"})), t.d.count(9, 13), t.d.count(2003, 2014)
	case "tower":
		b.yard, b.tall, b.built = t.fresh(yardWords, one(t.d, []string{"府", "名庭", "公馆", "国际"})), t.d.count(19, 28), t.d.count(2010, 2021)
	case "office":
		b.yard, b.built = t.fresh(yardWords, one(t.d, []string{"广场", "中心", "大厦", "科创园"})), t.d.count(2006, 2020)
	case "mall":
		b.yard, b.built = t.fresh(yardWords, "天地"), 2015
	case "school":
		b.yard = "江澜" + t.fresh([]string{"实验", "育才", "文昌", "滨江", "朝阳", "春晖", "明德", "崇文"}, one(t.d, []string{"小学", "中学", "学校"}))
	case "hospital":
		b.yard = t.fresh([]string{"江澜", "康宁", "惠民"}, "医院")
	case "market":
		b.yard = t.fresh([]string{"仓桥", "米市", "鱼行"}, "农贸市场")
	case "lake":
		b.yard = t.fresh([]string{"望湖", "映月", "镜湖"}, "公园")
	case "park":
		b.yard = t.fresh([]string{"青枫", "书院", "竹苑", "兰亭", "朝晖"}, "公园")
	case "hall":
		b.yard, b.built = t.fresh([]string{"政务", "便民", "市民"}, "服务中心"), 2008
	case "industry":
		b.yard = t.fresh([]string{"东风", "江澜", "永固", "新源"}, one(t.d, []string{"机械厂", "纺织园", "产业园"}))
	case "village":
		b.yard, b.built = t.fresh([]string{"东塘", "西塘", "后浜", "桑园", "杨家", "钱家", "菱湖"}, "自然村"), t.d.count(1986, 2003)
	case "core":
		b.yard, b.built = t.fresh(laneWords, "里弄"), t.d.count(1932, 1968)
	}
}

var digits = []string{"零", "一", "二", "三", "四", "五", "六", "七", "八", "九", "十"}

// chinese writes 1–99 in Chinese.
func chinese(n int) string {
	switch {
	case n <= 10:
		return digits[n]
	case n < 20:
		return "十" + digits[n-10]
	case n < 100 && n%10 == 0:
		return digits[n/10] + "十"
	case n < 100:
		return digits[n/10] + "十" + digits[n%10]
	}
	return fmt.Sprint(n)
}
