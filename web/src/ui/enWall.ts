import type { zhWall } from './zhWall'

/** Texts of the wall in English. */
export const enWall: Record<keyof typeof zhWall, string> = {
  'wall.alert.incident': 'Urgent incident',
  'wall.alert.help': 'Call for help',
  'wall.alert.seen': 'Seen',
  'wall.silent': 'The browser keeps silent: touch the screen once',
  'wall.set.open': 'Set up this wall',
  'wall.set.title': 'Set up this wall',
  'wall.set.width': 'Width of the screen (m)',
  'wall.set.distance': 'Distance of the viewer (m)',
  'wall.set.hint': 'Letters grow with the distance; 0 leaves them as designed.',
  'wall.set.brightness': 'Brightness (dimmed from 22:00 to 06:00)',
  'wall.set.sound': 'Sound for urgent incidents',
}
