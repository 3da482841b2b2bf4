package api_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"

	"wangge/internal/ward"
)

// ask is a new wish said at the town's visit of a grid.
func (tw *town) ask(grid int) uuid.UUID {
	id := uuid.Must(uuid.NewV7())
	if err := exec(context.Background(), tw, `insert into ask (id, kind, visit, text, household, building, grid, occurred_at) select $1, 'wish', id, '金丝雀心愿', household, building, grid, occurred_at from visit where id = $2`, id, tw.visits[grid]); err != nil {
		panic(err)
	}
	return id
}

func TestAWishIsReadInWordsByThoseWhoWalkOnly(t *testing.T) {
	t.Parallel()
	tw := newTown(t)
	tw.account(t, "staff", ward.GridStaff, "A11")
	tw.account(t, "office", ward.PartyOffice, "A11")
	tw.ask(1)
	for login, words := range map[string]bool{"staff": true, "office": false} {
		status, list := tw.signIn(t, login).do("GET", "/api/asks?state=open", nil)
		if status != http.StatusOK || strings.Count(list, `"kind":"wish"`) != 1 || strings.Contains(list, "金丝雀") != words {
			t.Errorf("%s: %d %s", login, status, list)
		}
	}
	looked := `select count(*) from audit where operation = 'list-asks' and noun = 'household' and entity = '1'`
	status, list := tw.signIn(t, "staff").do("GET", "/api/asks?household=1", nil)
	if n := tw.number(looked); status != http.StatusOK || n != 1 {
		t.Errorf("%d looks written down: %d %s", n, status, list)
	}
	if status, body := tw.signIn(t, "staff").do("GET", "/api/asks?household=3", nil); status != http.StatusNotFound {
		t.Errorf("a household of another street: %d %s", status, body)
	}
}
