package main

import (
	"errors"
	"net/url"

	"wangge/internal/api"
)

// readIdentity reads the identity provider: nil when none is set. All of it is
// asked for at once, so that a half-set one does not start.
func readIdentity(getenv func(string) string) (*api.IdentityProvider, error) {
	p := &api.IdentityProvider{
		Issuer: getenv("WANGGE_OIDC_ISSUER"), Client: getenv("WANGGE_OIDC_CLIENT"), Secret: getenv("WANGGE_OIDC_SECRET"),
		Redirect: getenv("WANGGE_OIDC_REDIRECT"), Claim: first(getenv("WANGGE_OIDC_CLAIM"), "sub"), Name: first(getenv("WANGGE_OIDC_NAME"), "统一身份认证"),
	}
	if p.Issuer == "" && p.Client == "" && p.Redirect == "" {
		return nil, nil
	}
	if p.Issuer == "" || p.Client == "" || p.Redirect == "" {
		return nil, errors.New("统一身份认证没有写全：WANGGE_OIDC_ISSUER、WANGGE_OIDC_CLIENT、WANGGE_OIDC_REDIRECT 须一起设置")
	}
	if !safeAddress(p.Issuer) {
		return nil, errors.New("WANGGE_OIDC_ISSUER 写法不对：应为 https:// 开头的发行者地址")
	}
	if u, err := url.Parse(p.Redirect); err != nil || !safeAddress(p.Redirect) || u.Path != api.OIDCCallback {
		return nil, errors.New("WANGGE_OIDC_REDIRECT 写法不对：应为 https://本站地址" + api.OIDCCallback)
	}
	return p, nil
}

// safeAddress: over HTTPS, or this machine for a trial.
func safeAddress(text string) bool {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" {
		return false
	}
	return u.Scheme == "https" || u.Scheme == "http" && (u.Hostname() == "127.0.0.1" || u.Hostname() == "localhost")
}
