package demo

import (
	"reflect"
	"testing"
	"time"
)

func TestWishesOfAStreetAreOpenDoneAndToldInThatOrder(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	beats := []Beat{}
	for g := range int64(40) {
		beats = append(beats, Beat{Grid: g + 1, Doors: []Door{{Household: 10*g + 1}, {Household: 10*g + 2}, {Household: 10*g + 3}}})
	}
	all := Wishes(7, beats, now)
	if !reflect.DeepEqual(all, Wishes(7, beats, now)) {
		t.Error("the same seed gives other wishes")
	}
	open, toTell, told := 0, 0, 0
	for _, w := range all {
		if err := w.Record.Validate(now); err != nil {
			t.Fatal(err)
		}
		switch {
		case w.Result == "":
			open++
		case w.ToldAt.IsZero():
			toTell++
		default:
			told++
		}
		if w.Result != "" && !w.DoneAt.After(w.Record.OccurredAt) || !w.ToldAt.IsZero() && (!w.ToldAt.After(w.DoneAt) || w.ToldAt.After(now)) {
			t.Errorf("out of order: %+v", w)
		}
	}
	if len(all) < len(beats) || open == 0 || toTell == 0 || told == 0 {
		t.Errorf("%d wishes: %d open, %d to tell, %d told", len(all), open, toTell, told)
	}
}
