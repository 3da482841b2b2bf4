package ward

import (
	"context"
	"time"

	"github.com/google/uuid"
)

// Limits of a photo.
const (
	PhotoBytes  = 8 << 20 // what may be sent
	PhotoSide   = 2048    // pixels of the longer side that are kept
	PhotosOfOne = 27      // of one visit or incident: nine each of scene, before, after
)

// PhotoKinds says what a photo is for.
var PhotoKinds = Terms{{"scene", "现场", nil}, {"before", "处置前", nil}, {"after", "处置后", nil}}

// Picture is a photo made safe to show: a JPEG and nothing beside it.
type Picture struct {
	JPEG          []byte
	Hash          string // SHA-256 of JPEG, hex
	Width, Height int    // pixels
}

// Photo is 照片: of an incident, a visit or an answer at a border, which may arrive after it. Who may
// see the thing may see its photos; until the thing is there, only the sender.
type Photo struct {
	ID      uuid.UUID `json:"id" doc:"UUIDv7，由设备生成"`
	Noun    string    `json:"noun" enum:"incident,visit,border_answer" doc:"属于什么"`
	Entity  uuid.UUID `json:"entity" doc:"属于哪一件"`
	Kind    string    `json:"kind" enum:"scene,before,after" doc:"现场、处置前、处置后"`
	Hash    string    `json:"hash" doc:"内容的 SHA-256"`
	Width   int       `json:"width" doc:"宽（像素）"`
	Height  int       `json:"height" doc:"高（像素）"`
	TakenAt time.Time `json:"takenAt" doc:"收到时间"`
	Private bool      `json:"-"`
}

// PhotoDraft names a photo that is sent.
type PhotoDraft struct {
	ID     uuid.UUID `query:"id" required:"true" doc:"UUIDv7，由设备生成；重发时不变"`
	Noun   string    `query:"noun" required:"true" enum:"incident,visit,border_answer" doc:"属于什么：事件、走访、踏界的答复"`
	Entity uuid.UUID `query:"entity" required:"true" doc:"属于哪一件；可先于它到达"`
	Kind   string    `query:"kind" enum:"scene,before,after" default:"scene" doc:"现场、处置前、处置后"`
}

// Validate says what is wrong with the name of a photo.
func (d PhotoDraft) Validate() error {
	var c Check
	c.Field(d.ID.Version() == 7, "id", "照片编号应为 UUIDv7，请更新应用后重试")
	c.Field(d.Noun == "incident" || d.Noun == "visit" || d.Noun == "border_answer", "noun", "照片应属于事件、走访或踏界的答复")
	c.Field(d.Entity.Version() == 7, "entity", "照片应说明属于哪一件事件、走访或答复")
	c.Field(PhotoKinds.Has(d.Kind), "kind", "照片用途应为："+PhotoKinds.Labels())
	return c.Err()
}

// Photos keeps what is known of photos; the pictures themselves are files.
type Photos interface {
	// KeepPhoto writes a photo down once, however often it is sent. Conflict when
	// the id is another photo's or the thing has too many; not_found when the
	// thing is outside the scope.
	KeepPhoto(ctx context.Context, s Scope, d PhotoDraft, p Picture) (Photo, error)
	// Photo: not_found outside the scope.
	Photo(ctx context.Context, s Scope, id uuid.UUID) (Photo, error)
	// BorderPhoto reads a photo of an answer at a border: not_found outside the scope.
	BorderPhoto(ctx context.Context, s Scope, id uuid.UUID) (Photo, error)
	// PhotosOf lists the photos of a thing, oldest first; none outside the scope.
	PhotosOf(ctx context.Context, s Scope, noun string, entity uuid.UUID) ([]Photo, error)
}
