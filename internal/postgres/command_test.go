package postgres_test

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"wangge/internal/pgtest"
	"wangge/internal/postgres"
	"wangge/internal/ward"
)

// receipt is the answer of a command: no personal data.
type receipt struct {
	ID      string `json:"id"`
	Version int64  `json:"version"`
}

func send(t testing.TB, db *postgres.DB, key uuid.UUID, actor int64, request string, fn func() (receipt, error)) (got receipt, err error) {
	t.Helper()
	err = db.Write(t.Context(), func(tx pgx.Tx) error {
		got, err = postgres.Command(t.Context(), tx, key, actor, []byte(request), fn)
		return err
	})
	return got, err
}

func TestACommandSentAgainHasOneEffectAndOneAnswer(t *testing.T) {
	t.Parallel()
	db := postgres.New(pgtest.New(t), postgres.Keys{})
	key := uuid.New()
	var effects atomic.Int64
	fn := func() (receipt, error) { return receipt{"v", effects.Add(1)}, nil }
	var senders sync.WaitGroup
	for range 8 {
		senders.Go(func() {
			for range 5 {
				if got, err := send(t, db, key, 1, "same", fn); err != nil || got != (receipt{"v", 1}) {
					t.Errorf("answer %+v, %v", got, err)
				}
			}
		})
	}
	senders.Wait()
	if effects.Load() != 1 {
		t.Errorf("%d effects of one command", effects.Load())
	}
}

func TestAKeyWithAnotherRequestIsRefused(t *testing.T) {
	t.Parallel()
	db := postgres.New(pgtest.New(t), postgres.Keys{})
	key := uuid.New()
	fn := func() (receipt, error) { return receipt{"v", 1}, nil }
	if _, err := send(t, db, key, 1, "this", fn); err != nil {
		t.Fatal(err)
	}
	_, err := send(t, db, key, 1, "that", fn)
	if ward.ErrorCode(err) != ward.Invalid || err.Error() != "同一操作编号的内容不同" {
		t.Errorf("the same key with another request: %v", err)
	}
	if got, err := send(t, db, key, 2, "that", func() (receipt, error) { return receipt{"w", 9}, nil }); err != nil || got.Version != 9 {
		t.Errorf("the same key of another account: %+v, %v", got, err)
	}
}

func TestAFailedCommandMayBeSentAgain(t *testing.T) {
	t.Parallel()
	db := postgres.New(pgtest.New(t), postgres.Keys{})
	key := uuid.New()
	refused := ward.Errorf(ward.Conflict, "另有冲突")
	if _, err := send(t, db, key, 1, "this", func() (receipt, error) { return receipt{}, refused }); !errors.Is(err, refused) {
		t.Fatalf("got %v", err)
	}
	if got, err := send(t, db, key, 1, "this", func() (receipt, error) { return receipt{"v", 2}, nil }); err != nil || got.Version != 2 {
		t.Errorf("the second try: %+v, %v", got, err)
	}
}
