package api

import (
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"strconv"
	"strings"

	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"
	"github.com/paulmach/orb"

	"wangge/internal/ward"
)

// What of a report of GeoReport v2 is read: service_code, lat, long, description,
// address_string; first_name, last_name, phone and email, sealed for those who
// answer; photos as parts named media, and media_public when anybody may see them.
// Not read: media_url, because nothing here fetches addresses of strangers, and
// device_id and account_id, which nobody needs to answer.

// openUpload reports whether a request brings files.
func openUpload(r *http.Request) bool {
	return r.Method == http.MethodPost && strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/form-data")
}

func (s *Server) openSend(ctx context.Context, r *http.Request) (any, error) {
	if err := openForm(r); err != nil {
		return nil, err
	}
	if r.MultipartForm != nil {
		defer func() { _ = r.MultipartForm.RemoveAll() }() // temporary files, which the system forgets too
	}
	form := r.PostForm
	lat, errLat := strconv.ParseFloat(form.Get("lat"), 64)
	long, errLong := strconv.ParseFloat(form.Get("long"), 64)
	if errLat != nil || errLong != nil {
		return nil, ward.Errorf(ward.Invalid, "lat and long are required 缺少位置")
	}
	report := ward.OpenReport{
		Class: form.Get("service_code"), Text: form.Get("description"), Place: form.Get("address_string"), At: orb.Point{long, lat},
		Contact:      ward.Contact{Name: openName(form.Get("last_name"), form.Get("first_name")), Phone: form.Get("phone"), Email: form.Get("email")},
		PhotosPublic: form.Get("media_public") == "true" || form.Get("media_public") == "1",
	}
	key := sha256.Sum256([]byte(form.Get("api_key")))
	// Who may not send photos costs no time of looking at them.
	if err := s.Store.KnowsClient(ctx, key); err != nil {
		return nil, err
	}
	var err error
	if report.Photos, err = s.openPhotos(ctx, r); err != nil {
		return nil, err
	}
	sent, kept, err := s.Store.SendOpen(ctx, key, report)
	if err != nil {
		return nil, err
	}
	notice := "已收到，待受理"
	if form.Get("media_url") != "" {
		notice += "；media_url is not read, send photos as media 不读取照片网址，请用 media 上传照片"
	}
	if report.Contact != (ward.Contact{}) && !kept {
		notice += "；no contact was kept 没有保存联系方式"
	}
	return []openReceipt{{ID: sent.Number, Notice: notice}}, nil
}

// openForm reads the fields of a form, with files or without.
func openForm(r *http.Request) error {
	err := r.ParseMultipartForm(openFormMemory)
	if errors.Is(err, http.ErrNotMultipart) {
		err = nil // ParseMultipartForm has read the plain form
	}
	if err != nil {
		return ward.Errorf(ward.Invalid, "the form is too large or cannot be read 表单过大或读不懂")
	}
	return nil
}

// openName is a name as it is said here: the family's first, without a space unless
// it is written in letters.
func openName(last, first string) string {
	last, first = strings.TrimSpace(last), strings.TrimSpace(first)
	if last+first == "" || strings.IndexFunc(last+first, func(r rune) bool { return r >= 0x2E80 }) >= 0 {
		return last + first
	}
	return strings.TrimSpace(first + " " + last)
}

// openPhotos makes the photos of a form safe and keeps their files.
func (s *Server) openPhotos(ctx context.Context, r *http.Request) ([]ward.Picture, error) {
	if r.MultipartForm == nil || len(r.MultipartForm.File["media"]) == 0 {
		return nil, nil
	}
	files := r.MultipartForm.File["media"]
	if len(files) > ward.ReportPhotos {
		return nil, ward.Errorf(ward.Invalid, "media: at most %d photos 照片最多%d张", ward.ReportPhotos, ward.ReportPhotos)
	}
	if s.Photos == nil {
		return nil, ward.Errorf(ward.Invalid, "media: photos are not kept here 本服务不收照片，请只发文字")
	}
	pictures := make([]ward.Picture, len(files))
	for k, file := range files {
		raw, err := readPart(file)
		if err != nil {
			return nil, err
		}
		if pictures[k], err = s.Photos.Clean(ctx, raw); err != nil {
			return nil, err
		}
	}
	for _, p := range pictures {
		if err := s.Photos.Keep(p); err != nil {
			return nil, err
		}
	}
	return pictures, nil
}

func readPart(file *multipart.FileHeader) ([]byte, error) {
	if file.Size > ward.PhotoBytes {
		return nil, ward.Errorf(ward.TooLarge, "media: at most %d MB each 照片每张不超过%d MB", ward.PhotoBytes>>20, ward.PhotoBytes>>20)
	}
	part, err := file.Open()
	if err != nil {
		return nil, ward.Errorf(ward.Invalid, "media cannot be read 照片读不出来")
	}
	defer part.Close()
	raw, err := io.ReadAll(part)
	if err != nil {
		return nil, ward.Errorf(ward.Invalid, "media cannot be read 照片读不出来")
	}
	return raw, nil
}

// openMedia shows a photo that anybody may see.
func (s *Server) openMedia(w http.ResponseWriter, r *http.Request) {
	body, err := s.openPicture(r)
	if err != nil {
		http.Error(w, ward.ErrorMessage(err), problemOf(s.Log, "", err).Status)
		return
	}
	w.Header().Set("Content-Type", "image/jpeg")
	w.Header().Set("Content-Security-Policy", "sandbox; default-src 'none'")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Cache-Control", "no-store") // it may be taken back
	_, _ = w.Write(body)                        // the reader left
}

func (s *Server) openPicture(r *http.Request) ([]byte, error) {
	id, err := uuid.Parse(chi.URLParam(r, "photo"))
	if err != nil || s.Photos == nil {
		return nil, ward.Errorf(ward.NotFound, "no such photo 没有这张照片")
	}
	p, err := s.Store.OpenPhoto(r.Context(), id)
	if err != nil {
		return nil, err
	}
	return s.Photos.Read(p.Hash)
}
