import { api, ok, type Wire } from '@/api/client'
import { register } from './register'

/** The line from a hub to a building with doors it serves. */
export type HubLink = Wire['HubLink'] & { id: string }

/** All links of all hubs of the territory. */
export const hubLinks = register<HubLink>(async () => {
  const links = await ok(api.GET('/api/hub-links'))
  return links.map((link) => ({ ...link, id: `${link.hub}-${link.building}` }))
})
