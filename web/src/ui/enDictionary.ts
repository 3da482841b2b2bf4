import type { zhDictionary } from './zhDictionary'

/** English of zhDictionary. */
export const enDictionary: Record<keyof typeof zhDictionary, string> = {
  'desk.dictionary': 'Dictionary',
  'dictionary.entries': 'Entries of the dictionary',
  'dictionary.about': 'A change holds everywhere at once and is written down.',
  'dictionary.read': 'Set by the administrator for the whole deployment.',
  'dictionary.visit': 'Visit frequency',
  'dictionary.visitHint':
    'Days within which a door is due a visit. Of several tags the most frequent counts.',
  'dictionary.grid': 'Size of a grid',
  'dictionary.gridHint': 'Plans keep the norm they were made with.',
  'dictionary.service': 'Service standards',
  'dictionary.serviceHint': 'What services near people should reach.',
  'dictionary.usual': 'As it comes',
  'dictionary.setBy': 'Set by {actor} on {time}; usually {n} {unit}',
  'dictionary.between': '{title} should be between {low} and {high} {unit}',
  'dictionary.cancel': 'Cancel',
}
