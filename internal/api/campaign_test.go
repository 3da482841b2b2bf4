package api_test

import (
	"context"
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"github.com/google/uuid"

	"wangge/internal/ward"
)

// campaignOf asks for the doors of one grid.
func campaignOf(grid int) ward.CampaignDraft {
	return ward.CampaignDraft{Name: "送温暖", Area: communityOf(grid), Grids: []int64{int64(grid)}, Starts: "2026-11-01", Ends: "2026-12-31"}
}

// campaign puts a campaign for the doors of a grid into the database.
func (tw *town) campaign(grid int) int64 {
	return tw.number(`
		with c as (insert into campaign (name, area, grids, starts, ends, actor) values ('送温暖', $2, array[$1::bigint], '2026-01-01', '2026-12-31', 0) returning id),
		d as (insert into campaign_door select c.id, $1 from c)
		select id from c`, grid, communityOf(grid))
}

func TestACampaignOfACommunityIsCarriedOutInItsGrids(t *testing.T) {
	t.Parallel()
	tw := newTown(t)
	tw.account(t, "secretary", ward.Secretary, "A11")
	tw.account(t, "leader", ward.GridLeader, "G2")
	secretary, leader := tw.signIn(t, "secretary"), tw.signIn(t, "leader")
	today := time.Now().In(ward.China)
	draft := ward.CampaignDraft{Name: "送温暖", Area: 11, Tags: []string{"hardship"}, Starts: today.Format(time.DateOnly), Ends: today.AddDate(0, 0, 20).Format(time.DateOnly)}
	if status, text := secretary.do("POST", "/api/campaigns/count", draft); status != http.StatusOK || text != `{"doors":2}`+"\n" {
		t.Fatalf("count: %d %s", status, text)
	}
	status, text := secretary.do("POST", "/api/campaigns", draft)
	var made ward.Campaign
	must(t, json.Unmarshal([]byte(text), &made))
	if status != http.StatusOK || made.Doors != 2 || made.Visited != 0 {
		t.Fatalf("create: %d %s", status, text)
	}
	must(t, exec(context.Background(), tw, `delete from household_tag`)) // settled doors stay
	door := int64(2)
	pending := func() []int64 {
		t.Helper()
		var pack ward.Pack
		_, text := leader.do("GET", "/api/grids/2/pack", nil)
		must(t, json.Unmarshal([]byte(text), &pack))
		if len(pack.Campaigns) != 1 || pack.Campaigns[0].Doors != 1 {
			t.Errorf("the pack holds %+v", pack.Campaigns)
		}
		return pack.Doors[0].Campaigns
	}
	if got := pending(); len(got) != 1 || got[0] != made.ID {
		t.Errorf("the door waits for %v", got)
	}
	visit := ward.VisitDraft{ID: uuid.Must(uuid.NewV7()), Household: &door, Kind: "festival", Met: "met", OccurredAt: time.Now()}
	if status, text := leader.do("POST", "/api/visits", visit); status != http.StatusOK {
		t.Fatalf("visit: %d %s", status, text)
	}
	if got := pending(); len(got) != 0 {
		t.Errorf("after the visit the door waits for %v", got)
	}
	var grids []ward.CampaignGrid
	_, text = secretary.do("GET", path("/api/campaigns/%d/grids", made.ID), nil)
	must(t, json.Unmarshal([]byte(text), &grids))
	if len(grids) != 2 || grids[0].Visited != 0 || grids[1].Visited != 1 || grids[1].Met != 1 {
		t.Errorf("progress %+v", grids)
	}
	closed := true
	if status, text := secretary.do("PATCH", path("/api/campaigns/%d", made.ID), ward.CampaignChange{Version: 1, Closed: &closed}); status != http.StatusOK {
		t.Errorf("close: %d %s", status, text)
	}
	if status, _ := secretary.do("PATCH", path("/api/campaigns/%d", made.ID), ward.CampaignChange{Version: 1, Closed: &closed}); status != http.StatusConflict {
		t.Errorf("a stale change: %d", status)
	}
	if status, _ := leader.do("POST", "/api/campaigns", draft); status != http.StatusForbidden {
		t.Errorf("a grid leader calls for a campaign: %d", status)
	}
}
