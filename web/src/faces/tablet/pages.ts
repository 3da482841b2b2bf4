import type { Glyph } from '@/ui/glyphs'
import type { TextKey } from '@/ui/text'

/** The pages of the tablet, by the name in the address. */
export const pages: readonly { name: string; icon: Glyph; label: TextKey }[] = [
  { name: '', icon: 'map', label: 'tablet.map' },
  { name: 'matters', icon: 'check', label: 'tablet.matters' },
  { name: 'walk', icon: 'pin', label: 'tablet.walk' },
  { name: 'incidents', icon: 'bell', label: 'tablet.incidents' },
  { name: 'list', icon: 'list', label: 'tablet.list' },
  { name: 'outbox', icon: 'upload', label: 'tablet.outbox' },
  { name: 'me', icon: 'person', label: 'tablet.me' },
]
