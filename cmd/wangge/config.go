package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"

	"wangge/internal/api"
	"wangge/internal/postgres"
	"wangge/internal/relay"
)

// defaultAddr is where the server listens when nobody says: this machine only.
const defaultAddr = "127.0.0.1:8080"

// defaultPhotos is where photos are kept when nobody says.
const defaultPhotos = ".wangge/photos"

// config is every setting of the program, read once, all mistakes told at once.
// .env.example explains each; TestEnvExampleIsComplete keeps the two in step.
type config struct {
	Database   string // WANGGE_DATABASE_URL, else DATABASE_URL
	Owner      string // WANGGE_OWNER_URL: who owns the tables and migrates; else Database
	Addr       string // WANGGE_ADDR, host:port to listen at
	MetricSRID int    // WANGGE_METRIC_SRID, fixed when the database is made

	// Keys seal personal data: WANGGE_KEYS. Zero for a command that neither
	// reads nor writes any and gets none.
	Keys postgres.Keys

	Proxies []netip.Prefix // WANGGE_TRUSTED_PROXIES, reverse proxies whose word counts

	Photos string // WANGGE_PHOTOS, the folder of photos

	WebhookAllow []netip.Prefix // WANGGE_WEBHOOK_ALLOW, inner networks webhooks may reach

	BaseMaps []api.Upstream // WANGGE_BASE_MAPS, base maps from elsewhere

	NATS string // WANGGE_NATS_URL, the broker between several servers; "": this one is alone

	Backups backups // WANGGE_BACKUPS and those beside it

	Identity *api.IdentityProvider // WANGGE_OIDC_ISSUER and those beside it; nil: passwords only
}

// readConfig reads the environment. database, when not empty, goes before it;
// personal says that the command cannot do without keys for personal data.
func readConfig(getenv func(string) string, database string, personal bool) (config, error) {
	c := config{
		Database:   first(database, getenv("WANGGE_DATABASE_URL"), getenv("DATABASE_URL")),
		Addr:       first(getenv("WANGGE_ADDR"), defaultAddr),
		MetricSRID: postgres.MetricSRID,
		Photos:     first(getenv("WANGGE_PHOTOS"), defaultPhotos),
		NATS:       getenv("WANGGE_NATS_URL"),
	}
	// A database that is named on the command line is also migrated as it is named.
	c.Owner = first(database, getenv("WANGGE_OWNER_URL"), c.Database)
	var wrong []error
	if u, err := url.Parse(c.Owner); c.Owner != "" && (err != nil || u.Scheme != "postgres" && u.Scheme != "postgresql") {
		wrong = append(wrong, errors.New("WANGGE_OWNER_URL 写法不对：应为 postgres://用户:口令@主机:端口/库名"))
	}
	if c.Database == "" {
		wrong = append(wrong, errors.New("没有数据库地址：请设置 WANGGE_DATABASE_URL，例如 postgres://用户:口令@127.0.0.1:5432/wangge"))
	} else if u, err := url.Parse(c.Database); err != nil || u.Scheme != "postgres" && u.Scheme != "postgresql" {
		// The address holds a password and is not repeated.
		wrong = append(wrong, errors.New("数据库地址写法不对：应为 postgres://用户:口令@主机:端口/库名"))
	}
	if _, _, err := net.SplitHostPort(c.Addr); err != nil {
		wrong = append(wrong, fmt.Errorf("WANGGE_ADDR=%q 写法不对：应为 主机:端口，例如 :8080", c.Addr))
	}
	if text := getenv("WANGGE_METRIC_SRID"); text != "" {
		var err error
		if c.MetricSRID, err = metricSRID(text); err != nil {
			wrong = append(wrong, err)
		}
	}
	if text := getenv("WANGGE_KEYS"); text != "" {
		var err error
		if c.Keys, err = postgres.ParseKeys(text); err != nil {
			wrong = append(wrong, err)
		}
	} else if personal {
		wrong = append(wrong, errors.New("没有个人信息密钥：请设置 WANGGE_KEYS=编号:密钥，密钥用 openssl rand -base64 32 生成并妥善备份"))
	}
	var err error
	if c.BaseMaps, err = api.ParseUpstreams(getenv("WANGGE_BASE_MAPS")); err != nil {
		wrong = append(wrong, err)
	}
	if c.Proxies, err = readNetworks("WANGGE_TRUSTED_PROXIES", getenv("WANGGE_TRUSTED_PROXIES")); err != nil {
		wrong = append(wrong, err)
	}
	if c.NATS != "" {
		if err := relay.CheckURL(c.NATS); err != nil {
			wrong = append(wrong, fmt.Errorf("WANGGE_NATS_URL 写法不对：%w", err))
		}
	}
	if c.Backups, err = readBackups(getenv); err != nil {
		wrong = append(wrong, err)
	}
	if c.WebhookAllow, err = readNetworks("WANGGE_WEBHOOK_ALLOW", getenv("WANGGE_WEBHOOK_ALLOW")); err != nil {
		wrong = append(wrong, err)
	}
	if c.Identity, err = readIdentity(getenv); err != nil {
		wrong = append(wrong, err)
	}
	return c, errors.Join(wrong...)
}

// upgrade brings the database up to date as its owner and lets the role of the
// server work on it.
func (c config) upgrade(ctx context.Context) error {
	if err := postgres.Migrate(ctx, c.Owner, c.MetricSRID); err != nil {
		return err
	}
	return postgres.GrantRuntime(ctx, c.Owner, c.Database)
}

// metricSRID takes the CGCS2000 Gauss-Kruger systems with coordinates in metres:
// 6-degree zones 4491–4512, 3-degree zones 4513–4554.
func metricSRID(text string) (int, error) {
	n, err := strconv.Atoi(text)
	if err != nil || n < 4491 || n > 4554 {
		return 0, fmt.Errorf("WANGGE_METRIC_SRID=%q 不是 CGCS2000 高斯-克吕格投影（EPSG 4491—4554），例如 4549(3 度带，中央经线 120°E)", text)
	}
	return n, nil
}

func first(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}

// readNetworks reads "10.1.0.0/16,10.2.3.4", the text of the setting name.
func readNetworks(name, text string) (list []netip.Prefix, err error) {
	for part := range strings.SplitSeq(text, ",") {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		if !strings.Contains(part, "/") {
			if at, err := netip.ParseAddr(part); err == nil {
				list = append(list, netip.PrefixFrom(at, at.BitLen()))
				continue
			}
		}
		p, err := netip.ParsePrefix(part)
		if err != nil {
			return nil, fmt.Errorf("%s 写法不对：应为地址或网段，用逗号隔开，例如 10.1.0.0/16,10.2.3.4", name)
		}
		list = append(list, p)
	}
	return list, nil
}
