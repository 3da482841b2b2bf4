package api

import "net/http"

// withSession loads the session of a request and keeps what becomes of it.
func (s *Server) withSession(next http.Handler) http.Handler {
	kept := s.sessions.LoadAndSave(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { kept.ServeHTTP(&oneAnswer{ResponseWriter: w}, r) })
}

// sessionLost answers when a session could not be loaded or kept.
func (s *Server) sessionLost(w http.ResponseWriter, r *http.Request, err error) {
	s.Fail(w, r, err)
	if one, ok := w.(*oneAnswer); ok {
		one.given = true
	}
}

// oneAnswer lets nothing follow an answer that was given in place of the
// handler's: a session is kept when the handler begins to write, and the handler
// writes on when that fails.
type oneAnswer struct {
	http.ResponseWriter
	given bool
}

// WriteHeader writes the head of the one answer.
func (w *oneAnswer) WriteHeader(status int) {
	if !w.given {
		w.ResponseWriter.WriteHeader(status)
	}
}

// Write writes of the one answer, and takes what follows it as written.
func (w *oneAnswer) Write(b []byte) (int, error) {
	if w.given {
		return len(b), nil
	}
	return w.ResponseWriter.Write(b)
}

// Unwrap gives the writer below, for http.ResponseController.
func (w *oneAnswer) Unwrap() http.ResponseWriter { return w.ResponseWriter }
