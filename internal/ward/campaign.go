package ward

import (
	"context"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
)

// Limits of a campaign.
const (
	CampaignNameMax = 40  // characters
	CampaignNoteMax = 500 // characters
	CampaignDays    = 366 // longest
)

// Campaign is 专项走访: doors that are to be walked between two days.
type Campaign struct {
	ID       int64    `json:"id"`
	Version  int64    `json:"version"`
	Name     string   `json:"name" doc:"名称"`
	Note     string   `json:"note" doc:"说明"`
	Area     int64    `json:"area" doc:"辖区"`
	AreaName string   `json:"areaName" doc:"辖区名称"`
	Grids    []int64  `json:"grids" doc:"只限这些网格；空为辖区内全部"`
	Tags     []string `json:"tags" doc:"只限有这些标签的住户；空为全部住户"`
	Starts   string   `json:"starts" format:"date" doc:"开始日期"`
	Ends     string   `json:"ends" format:"date" doc:"结束日期（含）"`
	Closed   bool     `json:"closed" doc:"提前结束"`
	CampaignProgress
}

// CampaignProgress is how far a campaign has come within the reader's territory.
type CampaignProgress struct {
	Doors   int `json:"doors" doc:"应访户"`
	Visited int `json:"visited" doc:"已走到"`
	Met     int `json:"met" doc:"已见到"`
}

// CampaignGrid is the progress in one grid of today.
type CampaignGrid struct {
	Grid int64  `json:"grid" doc:"网格"`
	Name string `json:"name" doc:"网格名称"`
	CampaignProgress
}

// CampaignDraft makes a campaign.
type CampaignDraft struct {
	Name   string   `json:"name" minLength:"1" maxLength:"40" doc:"名称"`
	Note   string   `json:"note,omitempty" maxLength:"500" doc:"说明"`
	Area   int64    `json:"area" minimum:"1" doc:"辖区：街道或社区"`
	Grids  []int64  `json:"grids,omitempty" maxItems:"500" doc:"只限这些网格"`
	Tags   []string `json:"tags,omitempty" maxItems:"20" doc:"只限有这些标签的住户"`
	Starts string   `json:"starts" format:"date" doc:"开始日期"`
	Ends   string   `json:"ends" format:"date" doc:"结束日期（含）"`
}

// CampaignChange amends a campaign; its doors stay as they were chosen.
type CampaignChange struct {
	Version int64   `json:"version" minimum:"1" doc:"您看到的版本"`
	Name    *string `json:"name,omitempty" minLength:"1" maxLength:"40"`
	Note    *string `json:"note,omitempty" maxLength:"500"`
	Ends    *string `json:"ends,omitempty" format:"date"`
	Closed  *bool   `json:"closed,omitempty" doc:"提前结束或重新打开"`
}

// Validate says what is wrong with a draft.
func (d CampaignDraft) Validate() error {
	var c Check
	c.Field(d.Area > 0, "area", "请选择辖区")
	checkCampaign(&c, d.Name, d.Note, d.Starts, d.Ends)
	for _, tag := range d.Tags {
		c.Field(HouseholdTags.Has(tag), "tags", "标签应为："+HouseholdTags.Labels())
	}
	return c.Err()
}

// Apply returns the campaign as amended, one version on. Invalid for days that
// do not follow each other.
func (ch CampaignChange) Apply(now Campaign) (Campaign, error) {
	set(&now.Name, ch.Name)
	set(&now.Note, ch.Note)
	set(&now.Ends, ch.Ends)
	set(&now.Closed, ch.Closed)
	now.Version++
	var c Check
	checkCampaign(&c, now.Name, now.Note, now.Starts, now.Ends)
	return now, c.Err()
}

func checkCampaign(c *Check, name, note, starts, ends string) {
	length := utf8.RuneCountInString(name)
	c.Field(length > 0 && length <= CampaignNameMax, "name", "名称应为1到40个字")
	c.Field(utf8.RuneCountInString(note) <= CampaignNoteMax, "note", "说明不超过500字")
	from, err := time.Parse(time.DateOnly, starts)
	until, err2 := time.Parse(time.DateOnly, ends)
	c.Field(err == nil, "starts", "开始日期应写作 2026-11-22")
	c.Field(err2 == nil, "ends", "结束日期应写作 2026-11-22")
	if err == nil && err2 == nil {
		c.Field(!until.Before(from), "ends", "结束日期早于开始日期")
		c.Field(until.Sub(from) <= CampaignDays*24*time.Hour, "ends", "一次专项走访不超过一年")
	}
}

// Campaigns keeps campaigns. A reader sees those of the territory and those with
// doors in it, and of each the doors within it.
type Campaigns interface {
	// Campaigns lists the latest first.
	Campaigns(ctx context.Context, s Scope, f Filter) (Page[Campaign], error)
	// CampaignGrids is the progress grid by grid. Not_found outside the scope.
	CampaignGrids(ctx context.Context, s Scope, id int64) ([]CampaignGrid, error)
	// CountCampaignDoors says how many doors a draft would have.
	CountCampaignDoors(ctx context.Context, s Scope, d CampaignDraft) (int, error)
	// CreateCampaign settles the doors. Invalid, also when there are none;
	// not_found when the area is outside the scope.
	CreateCampaign(ctx context.Context, s Scope, key uuid.UUID, d CampaignDraft) (Campaign, error)
	// ChangeCampaign: stale with the current campaign; not_found when its area is
	// outside the scope.
	ChangeCampaign(ctx context.Context, s Scope, id int64, ch CampaignChange) (Campaign, error)
}
