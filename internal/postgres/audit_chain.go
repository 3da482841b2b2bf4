package postgres

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"

	"wangge/internal/ward"
)

// How the chain is kept: linked every half second, its head said every hour.
const (
	auditChainEvery = 500 * time.Millisecond
	auditChainBatch = 5000
	auditHeadEvery  = time.Hour
)

// ChainAudit links what has been written to the audit and not linked yet, and
// returns how many rows that were. Any node may run it at any time.
func (db *DB) ChainAudit(ctx context.Context) (linked int, err error) {
	for {
		var n int
		if err := db.Pool.QueryRow(ctx, `select case when exists (select from audit_pending) then audit_chain($1) else 0 end`, auditChainBatch).Scan(&n); err != nil {
			return linked, fmt.Errorf("linking the audit: %w", err)
		}
		if linked += n; n < auditChainBatch {
			return linked, nil
		}
	}
}

// KeepAudit links the audit until ctx ends and says the head of the chain in the
// log now and then: a log that is kept elsewhere shows when the end of the chain
// was cut off.
func (db *DB) KeepAudit(ctx context.Context, log *slog.Logger) {
	tick := time.NewTicker(auditChainEvery)
	defer tick.Stop()
	var said time.Time
	for {
		if _, err := db.ChainAudit(ctx); err != nil && ctx.Err() == nil {
			log.WarnContext(ctx, "linking the audit", "error", err)
		}
		if now := db.Now(); now.Sub(said) >= auditHeadEvery {
			said = now
			if head, err := db.AuditHead(ctx); err == nil {
				log.InfoContext(ctx, "audit head", "seq", head.Seq, "hash", head.Hash)
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// AuditHead reads where the chain stands.
func (db *DB) AuditHead(ctx context.Context) (h ward.AuditHead, err error) {
	err = db.Pool.QueryRow(ctx, `select seq, encode(hash, 'hex') from audit_link order by seq desc limit 1`).Scan(&h.Seq, &h.Hash)
	if errors.Is(err, pgx.ErrNoRows) {
		err = nil
	}
	if err != nil {
		return h, fmt.Errorf("reading the head of the audit: %w", err)
	}
	return h, nil
}

// linkedAct is a link of the chain and the row it stands for; fields of a row
// that is gone are nil.
type linkedAct struct {
	seq, audit                             int64
	hash                                   []byte
	at                                     *time.Time
	actor                                  *int64
	operation, noun, entity, purpose, path *string
	detail                                 *string
}

// content is what audit_content in the database says, computed here: a function
// that was bent there does not help whoever bent it.
func (l *linkedAct) content(to []byte) []byte {
	number := func(n int64) { to = binary.BigEndian.AppendUint64(to, uint64(n)) }
	text := func(s *string) {
		if s == nil {
			to = binary.BigEndian.AppendUint32(to, 0)
			return
		}
		to = append(binary.BigEndian.AppendUint32(to, uint32(len(*s))), *s...)
	}
	number(l.audit)
	number(l.at.UnixMicro())
	if l.actor == nil {
		number(0)
	} else {
		number(*l.actor)
	}
	for _, s := range []*string{l.operation, l.noun, l.entity, l.purpose, l.detail, l.path} {
		text(s)
	}
	return to
}

// VerifyAudit walks the whole chain, a row at a time, and stops at the first
// thing that is wrong: a row changed, gone, slipped in or never linked, or a
// chain that does not hold anchor, a head somebody kept elsewhere (the zero head
// asks for none).
func (db *DB) VerifyAudit(ctx context.Context, anchor ward.AuditHead) (c ward.AuditCheck, err error) {
	err = db.read(ctx, func(tx pgx.Tx) error {
		if c.Broken, err = strangeRows(ctx, tx); err != nil || c.Broken != "" {
			return err
		}
		return walkChain(ctx, tx, anchor, &c)
	})
	if err == nil && c.Broken == "" && anchor.Seq > c.Head.Seq {
		c.Broken = fmt.Sprintf("链尾被截断：存证中有第%d环，库中只到第%d环", anchor.Seq, c.Head.Seq)
	}
	return c, err
}

// strangeRows finds rows that are in the audit and not in the chain, and notes
// of rows that are gone.
func strangeRows(ctx context.Context, tx pgx.Tx) (string, error) {
	var extra, lost *int64
	err := tx.QueryRow(ctx, `
		select (select min(a.id) from audit a where not exists (select from audit_link l where l.audit = a.id) and not exists (select from audit_pending p where p.id = a.id)),
		       (select min(p.id) from audit_pending p where not exists (select from audit a where a.id = p.id))`).Scan(&extra, &lost)
	switch {
	case err != nil:
		return "", fmt.Errorf("looking for rows outside the chain: %w", err)
	case extra != nil:
		return fmt.Sprintf("审计记录 %d 不在链上：是绕过程序插入的", *extra), nil
	case lost != nil:
		return fmt.Sprintf("审计记录 %d 在入链前被删除", *lost), nil
	}
	return "", nil
}

func walkChain(ctx context.Context, tx pgx.Tx, anchor ward.AuditHead, c *ward.AuditCheck) error {
	rows, err := tx.Query(ctx, `
		select l.seq, l.audit, l.hash, a.at, a.actor, a.operation, a.noun, a.entity, a.purpose, a.detail::text, a.path::text
		from audit_link l left join audit a on a.id = l.audit order by l.seq`)
	if err != nil {
		return fmt.Errorf("reading the chain of the audit: %w", err)
	}
	defer rows.Close()
	var last [sha256.Size]byte
	var l linkedAct
	content := make([]byte, 0, 512)
	for rows.Next() {
		if err := rows.Scan(&l.seq, &l.audit, &l.hash, &l.at, &l.actor, &l.operation, &l.noun, &l.entity, &l.purpose, &l.detail, &l.path); err != nil {
			return fmt.Errorf("reading the chain of the audit: %w", err)
		}
		c.Rows++
		switch {
		case l.seq != c.Rows:
			c.Broken = fmt.Sprintf("缺第%d环", c.Rows)
		case l.at == nil:
			c.Broken = fmt.Sprintf("审计记录 %d 被删除（第%d环）", l.audit, l.seq)
		default:
			content = l.content(append(content[:0], last[:]...))
			last = sha256.Sum256(content)
			if string(last[:]) != string(l.hash) {
				c.Broken = fmt.Sprintf("审计记录 %d 被改动（第%d环）", l.audit, l.seq)
			}
		}
		if c.Broken == "" && l.seq == anchor.Seq && hex.EncodeToString(last[:]) != anchor.Hash {
			c.Broken = fmt.Sprintf("第%d环与存证不符：链被重算过", l.seq)
		}
		if c.Broken != "" {
			return nil
		}
		c.Head = ward.AuditHead{Seq: l.seq, Hash: hex.EncodeToString(l.hash)}
	}
	return rows.Err()
}
