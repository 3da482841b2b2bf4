package ward

import "testing"

func TestAPressOnTheRemoteControl(t *testing.T) {
	t.Parallel()
	yes, no, visits, dim := true, false, "visits", 0.5
	before := ScreenRemote{Version: 3, Touring: true, Sound: true, Brightness: 1}
	for name, c := range map[string]struct {
		press ScreenSteer
		want  ScreenRemote
	}{
		"a scene is held":        {ScreenSteer{Scene: &visits}, ScreenRemote{4, "visits", false, 0, true, 1}},
		"a step is held":         {ScreenSteer{Step: -1}, ScreenRemote{4, "", false, -1, true, 1}},
		"hold":                   {ScreenSteer{Touring: &no}, ScreenRemote{4, "", false, 0, true, 1}},
		"tour from a scene":      {ScreenSteer{Touring: &yes, Scene: &visits}, ScreenRemote{4, "visits", true, 0, true, 1}},
		"sound and light":        {ScreenSteer{Sound: &no, Brightness: &dim}, ScreenRemote{4, "", true, 0, false, 0.5}},
		"nothing is still newer": {ScreenSteer{}, ScreenRemote{4, "", true, 0, true, 1}},
	} {
		if got := c.press.Apply(before); got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}

func TestACodeIsSixDigitsHoweverItIsTyped(t *testing.T) {
	t.Parallel()
	for code, ok := range map[string]bool{"123456": true, " 123 456 ": true, "12345": false, "1234567": false, "12345a": false, "１２３４５６": false} {
		d := ScreenDraft{Code: code, Name: "主屏", Area: 1}
		if err := d.Validate(); (err == nil) != ok {
			t.Errorf("%q: %v", code, err)
		}
	}
}

// One or two people in a group would point at them: a wall gets neither number.
func TestASmallGroupOnAWallIsNotCounted(t *testing.T) {
	t.Parallel()
	b := Board{
		Ages:        []AgeBand{{Band: "18-30", Male: 0, Female: 1}, {Band: "31-40", Male: 2, Female: 3}},
		Communities: []CommunityCount{{Members: 1, Households: 400}},
		Figures:     []Figure{{"members", 1}, {"grids", 1}, {"hubs", 2}},
	}
	shown := b.Discreet()
	if shown.Ages[0].Male != 0 || shown.Ages[0].Female != 2 || shown.Ages[1].Male != 2 || shown.Ages[1].Female != 3 {
		t.Errorf("ages: %+v", shown.Ages)
	}
	if shown.Communities[0].Members != 2 || shown.Communities[0].Households != 400 {
		t.Errorf("communities: %+v", shown.Communities)
	}
	if shown.Figures[0].Value != 2 || shown.Figures[1].Value != 1 || shown.Figures[2].Value != 2 {
		t.Errorf("figures: %+v", shown.Figures)
	}
	if b.Ages[0].Female != 1 || b.Figures[0].Value != 1 || b.Communities[0].Members != 1 {
		t.Error("the board itself was changed")
	}
}
