import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** What a phone sends when nobody gave us requests of real ones: the short form and the long one. */
const made = [
  'Position\t/?id=902064&lat=42.06288&lon=-88.23412&timestamp=1442068686579&hdop=6.0&altitude=224.0&speed=0.0',
  'Position\t{"location":{"timestamp":"2025-06-15T13:45:12.862Z","coords":{"latitude":37.42,"longitude":-122.08,"accuracy":5,"speed":0,"heading":-1,"altitude":5},"battery":{"level":1}},"device_id":"48241179"}',
]

/** Requests that phones have sent, those that name a place and a time of their own, as text. */
export function phoneRequests() {
  const file = join(process.env.WANGGE_SHARED ?? '', 'data/traces/osmand_requests_traccar.txt')
  const lines = process.env.WANGGE_SHARED && existsSync(file) ? readFileSync(file, 'utf8').split('\n') : made
  return lines
    .map((line) => line.split('\t'))
    .filter(([outcome, text]) => outcome === 'Position' && /timestamp/.test(text))
    .map(([, text]) => text)
}

/** The same moment in the form a phone used. */
function momentLike(form, at) {
  if (/^\d{12,}$/.test(form)) return `${at}`
  if (/^\d+$/.test(form)) return `${Math.floor(at / 1000)}`
  const iso = new Date(at).toISOString()
  return form.includes(' ') ? iso.slice(0, 19).replace('T', ' ') : iso
}

/**
 * Sends a request of a phone as it was, but for who, where ([lon, lat] in
 * degrees) and when (milliseconds). Gives back the status.
 */
export async function sendAsPhone(url, text, token, [lon, lat], at) {
  if (text.startsWith('{')) {
    const body = JSON.parse(text)
    body.device_id = token
    Object.assign(body.location, { timestamp: new Date(at).toISOString() })
    Object.assign(body.location.coords, { latitude: lat, longitude: lon })
    const headers = { 'Content-Type': 'application/json' }
    return (await fetch(`${url}/osmand`, { method: 'POST', headers, body: JSON.stringify(body) })).status
  }
  const query = new URL(text, url).searchParams
  query.set(query.has('deviceid') ? 'deviceid' : 'id', token)
  query.set('timestamp', momentLike(query.get('timestamp'), at))
  if (query.has('location')) query.set('location', `${lat},${lon}`)
  else {
    query.set('lat', `${lat}`)
    query.set('lon', `${lon}`)
  }
  return (await fetch(`${url}/osmand?${query}`)).status
}
