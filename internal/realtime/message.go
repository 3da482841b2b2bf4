package realtime

import (
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"wangge/internal/ward"
)

// The messages of the protocol, each a JSON object told apart by "t":
//
//	hello  {epoch, seq, head, serverTime, asOf}        first; seq is where the stream starts
//	ev     {prev, seq, topic, id, version, path, body} a change
//	gone   {prev, seq, topic, id, version}             the thing left the territory
//	at     {prev, seq, serverTime, asOf}               the cursor moved past events not for this viewer
//	batch  {m: […]}                                    several of the above in one frame
//	now    {all, m, gone}                              where teams are; see moving.go
//	resync {reason}                                    take a fresh snapshot: epoch (another history), behind, grant
//	bye    {retry}                                     the server goes down; come back after so many ms
//
// prev is the seq this connection was last told; a client that holds another
// one missed something and resumes from its own. Times are Unix milliseconds;
// asOf is when the server last knew that it had everything.

// entry is an event in the ring, with its messages written out once for all
// viewers. They lack only the prev, which differs.
type entry struct {
	seq     int64
	topic   string
	entity  string
	paths   []string
	class   ward.Visibility
	present []byte // from `,"seq":` on
	gone    []byte
}

func newEntry(e ward.Event) (*entry, error) {
	if len(e.Paths) == 0 {
		return nil, fmt.Errorf("event %d has no path", e.Seq)
	}
	thing := struct {
		Seq     int64  `json:"seq"`
		Topic   string `json:"topic"`
		ID      string `json:"id"`
		Version int64  `json:"version"`
	}{e.Seq, e.Topic, e.Entity, e.Version}
	left, err := json.Marshal(thing)
	if err != nil {
		return nil, fmt.Errorf("writing event %d: %w", e.Seq, err)
	}
	place, err := json.Marshal(struct {
		Path string `json:"path"`
		Body any    `json:"body"`
	}{e.Paths[0], e.Body})
	if err != nil {
		return nil, fmt.Errorf("writing the body of event %d: %w", e.Seq, err)
	}
	left[0], place[0] = ',', ','
	return &entry{
		seq: e.Seq, topic: e.Topic, entity: e.Entity, paths: e.Paths, class: e.Class,
		gone:    left,
		present: append(left[:len(left)-1:len(left)-1], place...),
	}, nil
}

// append adds the message of e for a viewer that was last told prev.
func (e *entry) append(b []byte, prev int64, s sight) []byte {
	kind, rest := "ev", e.present
	if s == gone {
		kind, rest = "gone", e.gone
	}
	b = append(b, `{"t":"`...)
	b = append(b, kind...)
	b = append(b, `","prev":`...)
	b = strconv.AppendInt(b, prev, 10)
	return append(b, rest...)
}

func helloMessage(epoch string, seq, head int64, now, asOf time.Time) []byte {
	return fmt.Appendf(nil, `{"t":"hello","epoch":%q,"seq":%d,"head":%d,"serverTime":%d,"asOf":%d}`,
		epoch, seq, head, now.UnixMilli(), asOf.UnixMilli())
}

func atMessage(prev, seq int64, now, asOf time.Time) []byte {
	return fmt.Appendf(nil, `{"t":"at","prev":%d,"seq":%d,"serverTime":%d,"asOf":%d}`,
		prev, seq, now.UnixMilli(), asOf.UnixMilli())
}

func resyncMessage(reason string) []byte {
	return fmt.Appendf(nil, `{"t":"resync","reason":%q}`, reason)
}

func byeMessage(retry time.Duration) []byte {
	return fmt.Appendf(nil, `{"t":"bye","retry":%d}`, retry.Milliseconds())
}
