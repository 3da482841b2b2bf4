package ward

import (
	"context"
	"time"

	"github.com/google/uuid"
)

// Limits of a recording.
const (
	RecordingLongest = 2 * time.Minute
	RecordingGrace   = 3 * time.Second // browsers stop a little late
	RecordingBytes   = 2 << 20         // two minutes of speech are about 400 KB
	RecordingsOfOne  = 9               // of one visit or incident
)

// Sound is a recording made safe to play: speech and nothing beside it.
type Sound struct {
	WebM   []byte
	Hash   string // SHA-256 of WebM, hex
	Length time.Duration
}

// Recording is 语音说明: what somebody said into a tablet about an incident or a
// visit, which may arrive after it. Who may see the thing may listen, and that is
// written down; until the thing is there, only the sender may.
type Recording struct {
	ID         uuid.UUID `json:"id" doc:"UUIDv7，由设备生成"`
	Noun       string    `json:"noun" enum:"incident,visit" doc:"属于什么"`
	Entity     uuid.UUID `json:"entity" doc:"属于哪一件"`
	Hash       string    `json:"hash" doc:"内容的 SHA-256"`
	Seconds    float64   `json:"seconds" doc:"长度（秒）"`
	ReceivedAt time.Time `json:"receivedAt" doc:"收到时间"`
	Mine       bool      `json:"mine" doc:"是我录的，可以删除"`
}

// RecordingDraft names a recording that is sent.
type RecordingDraft struct {
	ID     uuid.UUID `query:"id" required:"true" doc:"UUIDv7，由设备生成；重发时不变"`
	Noun   string    `query:"noun" required:"true" enum:"incident,visit" doc:"属于什么"`
	Entity uuid.UUID `query:"entity" required:"true" doc:"属于哪一件；可先于它到达"`
}

// Validate says what is wrong with the name of a recording.
func (d RecordingDraft) Validate() error {
	var c Check
	c.Field(d.ID.Version() == 7, "id", "录音编号应为 UUIDv7，请更新应用后重试")
	c.Field(d.Noun == "incident" || d.Noun == "visit", "noun", "录音应属于事件或走访")
	c.Field(d.Entity.Version() == 7, "entity", "录音应说明属于哪一件事件或走访")
	return c.Err()
}

// Recordings keeps what is known of recordings; the sounds themselves are files.
type Recordings interface {
	// KeepRecording writes a recording down once, however often it is sent.
	// Conflict when the id is another recording's or the thing has too many;
	// not_found when the thing is outside the scope, or the recording was deleted.
	KeepRecording(ctx context.Context, s Scope, d RecordingDraft, sound Sound) (Recording, error)
	// DeleteRecording takes one's own recording away for good and writes that down;
	// done before it is done again. It returns the hash of a file that nothing holds
	// any more, "" when another recording holds the same. Not_found when it is
	// somebody else's.
	DeleteRecording(ctx context.Context, s Scope, id uuid.UUID) (hash string, err error)
	// HearRecording reads one that is about to be heard and writes down who listens.
	// Not_found outside the scope.
	HearRecording(ctx context.Context, s Scope, id uuid.UUID) (Recording, error)
	// RecordingsOf lists the recordings of a thing, oldest first; none outside the scope.
	RecordingsOf(ctx context.Context, s Scope, noun string, entity uuid.UUID) ([]Recording, error)
}
