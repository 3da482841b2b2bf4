/** Where to go after signing in: the page that sent here (`?to=/desk`), never another host; else the desk. */
export function afterLogin(search: string): string {
  const to = new URLSearchParams(search).get('to') ?? ''
  const home = 'http://own.invalid'
  const url = URL.canParse(to, home) ? new URL(to, home) : undefined
  return to.startsWith('/') && url?.origin === home ? url.pathname + url.search + url.hash : '/desk'
}
