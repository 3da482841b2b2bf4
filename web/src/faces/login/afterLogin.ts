/** Where to go after signing in: the page that sent here (`?to=/desk`), never another host; else `home`, the face of the role. */
export function afterLogin(search: string, home: string): string {
  const to = new URLSearchParams(search).get('to') ?? ''
  const own = 'http://own.invalid'
  const url = URL.canParse(to, own) ? new URL(to, own) : undefined
  return to.startsWith('/') && url?.origin === own ? url.pathname + url.search + url.hash : home
}
