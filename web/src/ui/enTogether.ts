import type { zhTogether } from './zhTogether'

/** Texts of working on a plan together, in English. */
export const enTogether: Record<keyof typeof zhTogether, string> = {
  'plans.tool.comment': 'Comment',
  'plans.hint.comment': 'point at a cell or a border and write what you think',
  'together.comments': 'Comments',
  'together.commentAt': 'Comment: {place}',
  'together.comment': 'What you think',
  'together.pin': 'Pin the comment',
  'together.pinned': 'The comment is pinned',
  'together.onBorder': 'border of {a} and {b}',
  'together.inGrid': 'in {name}',
  'together.outside': 'outside the plan',
  'together.showResolved': 'With those resolved',
  'together.noComments': 'No comments yet. Press N or “Comment” on the left, then point at the map.',
  'together.answers': '{n} answers',
  'together.answer': 'Answer',
  'together.sendAnswer': 'Answer',
  'together.resolve': 'Mark as resolved',
  'together.reopen': 'Open again',
  'together.resolved': 'resolved',
  'together.link': 'View-only link',
  'together.linkAbout':
    'Whoever has the link sees the map and the figures of the grids of this plan without signing in; nothing of persons or single buildings, and nothing can be changed.',
  'together.linkUntil': 'Works until {day}.',
  'together.linkHidden':
    'There is a link that works until {day}. It was shown once, when it was made; it can be taken back or replaced (the former then ends).',
  'together.makeLink': 'Make a link',
  'together.newLink': 'Replace the link',
  'together.takeBack': 'Take the link back',
  'together.takenBack': 'The link was taken back and no longer opens',
  'together.copy': 'Copy',
  'together.copied': 'Copied',
  'together.copyFailed': 'Could not be copied; please select the link yourself',
  'together.linkField': 'Link',
  'together.here': 'Also here',
  'together.hereOne': '{name} is looking at this plan too',
  'together.at': '{name}: {grid}',
  'together.kind': 'Kind',
  'together.newSpecial': 'New special grid',
  'together.specialHint':
    'A mall, a school, a park, an office tower: no norm of households, and drawing by the program leaves it alone',
  'together.cursor': 'Arrows move (Shift fast, Ctrl slow), Enter puts down or lifts, Esc gives up, + − zoom',
  'together.waiting': 'No network: {n} steps wait and are sent when it is back',
  'together.fewDrafts':
    '. Today is near the norm already, so no more distinct drafts were found; for a larger change tick “Draw all anew (new communities)”.',
}
