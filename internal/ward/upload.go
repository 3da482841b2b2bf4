package ward

import (
	"time"

	"github.com/google/uuid"
)

// Upload is a file that somebody brought to be imported. The server keeps it for
// an hour, or until it is written, for nobody but them.
type Upload struct {
	ID      uuid.UUID `json:"id"`
	Name    string    `json:"name" doc:"文件名"`
	Size    int64     `json:"size" doc:"字节数"`
	Expires time.Time `json:"expires" doc:"到这时文件会从服务器删除"`
}

// Reading (读法) is how a person says a file is to be read; what is left out is
// recognised.
type Reading struct {
	Sheet string            `json:"sheet,omitempty" maxLength:"40" doc:"导入为哪种表"`
	Layer string            `json:"layer,omitempty" maxLength:"200" doc:"工作表或图层"`
	CRS   string            `json:"crs,omitempty" maxLength:"40" doc:"坐标系，例如 wgs84、gcj02、EPSG:4549"`
	Swap  bool              `json:"swap,omitempty" doc:"纬度（或纵坐标）写在前面"`
	Map   map[string]string `json:"map,omitempty" doc:"文件标题 → 栏目标识；“-”为不导入"`
	Set   map[string]string `json:"set,omitempty" doc:"栏目标识 → 文件没写时用的值"`
}

// UnusedColumn stands in Reading.Map for a header that is to be left out.
const UnusedColumn = "-"

// FileLook is what a file seems to be, for a person to confirm.
type FileLook struct {
	Sheet      string      `json:"sheet" doc:"表；空为看不出"`
	Title      string      `json:"title" doc:"表名"`
	Format     string      `json:"format" doc:"格式"`
	Charset    string      `json:"charset" doc:"文字编码"`
	Layers     []string    `json:"layers" doc:"工作表或图层；只有一个时可为空"`
	Layer      string      `json:"layer" doc:"读取的那一个"`
	Rows       int         `json:"rows" doc:"看了多少行"`
	Whole      bool        `json:"whole" doc:"看完了整个文件"`
	Heads      []FileHead  `json:"heads" doc:"文件的标题"`
	Columns    []FileField `json:"columns" doc:"这种表的栏目"`
	Missing    []string    `json:"missing" doc:"还缺的必填栏目"`
	Placed     bool        `json:"placed" doc:"有坐标"`
	CRS        string      `json:"crs" doc:"读取所用的坐标系"`
	Swap       bool        `json:"swap" doc:"读取时互换了经纬度"`
	AskCRS     bool        `json:"askCrs" doc:"文件没说坐标系，请确认"`
	Systems    []SystemFit `json:"systems" doc:"可选的坐标系，最像的在前"`
	Remembered bool        `json:"remembered" doc:"用了上次的对应关系"`
	Signature  string      `json:"signature" doc:"这种表头的标记"`
}

// FileHead is one header of a file.
type FileHead struct {
	Head    string   `json:"head" doc:"标题"`
	Column  string   `json:"column" doc:"对应的栏目；空为没有用到"`
	Samples []string `json:"samples" doc:"例子，个人信息只露首字"`
}

// FileField is a column that a sheet has.
type FileField struct {
	Key      string `json:"key"`
	Title    string `json:"title" doc:"栏目"`
	Required bool   `json:"required" doc:"必填"`
}

// SystemFit is how well a system of coordinates suits the positions of a file.
type SystemFit struct {
	Name  string  `json:"name" doc:"坐标系"`
	Title string  `json:"title" doc:"名称"`
	Swap  bool    `json:"swap" doc:"互换经纬度"`
	Share float64 `json:"share" doc:"落在已登记辖区内的比例，0至1"`
	Said  string  `json:"said" doc:"用话说"`
}
