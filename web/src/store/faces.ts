import type { Actor } from './session'

/** The pages of the program, by their paths. */
export type FacePath = '/tablet' | '/wall' | '/planner' | '/desk'

const home: Record<string, FacePath> = {
  grid_leader: '/tablet',
  grid_staff: '/tablet',
  secretary: '/tablet',
  wall: '/wall',
  duty_head: '/wall',
  planner: '/planner',
}

/** The face a person begins on: that of the first role, the desk for all others. */
export function faceOf({ grants }: Pick<Actor, 'grants'>): FacePath {
  return home[grants[0]?.role ?? ''] ?? '/desk'
}

/** The faces a person may go to, for links between them. */
export function facesOf({ grants }: Pick<Actor, 'grants'>): FacePath[] {
  const roles = grants.map(({ role }) => role)
  const any = (...wanted: string[]) => roles.some((role) => wanted.includes(role))
  const faces: FacePath[] = []
  if (any('grid_leader', 'grid_staff', 'secretary')) faces.push('/tablet')
  if (any('wall', 'duty_head', 'secretary', 'party_office', 'admin')) faces.push('/wall')
  if (any('planner', 'party_office', 'admin')) faces.push('/planner')
  if (roles.some((role) => role !== 'wall')) faces.push('/desk')
  return faces
}
