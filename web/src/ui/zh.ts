import { zhDoctor } from './zhDoctor'
import { zhFaces } from './zhFaces'
import { zhCards } from './zhCards'
import { zhDesk } from './zhDesk'
import { zhField } from './zhField'
import { zhKinds } from './zhKinds'
import { zhImporting } from './zhImporting'
import { zhMicro } from './zhMicro'
import { zhPlans } from './zhPlans'
import { zhTownBorders } from './zhTownBorders'
import { zhPlanKinds } from './zhPlanKinds'
import { zhProposals } from './zhProposals'
import { zhHistory } from './zhHistory'
import { zhBorderWalks } from './zhBorderWalks'
import { zhTogether } from './zhTogether'
import { zhCells } from './zhCells'
import { zhSiting } from './zhSiting'
import { zhDictionary } from './zhDictionary'
import { zhBrought } from './zhBrought'
import { zhRegister } from './zhRegister'
import { zhOutbox } from './zhOutbox'
import { zhIncidents } from './zhIncidents'
import { zhVisits } from './zhVisits'
import { zhTeams } from './zhTeams'
import { zhOutward } from './zhOutward'
import { zhStart } from './zhStart'
import { zhWall } from './zhWall'

/** Every text of the interface. A term of the field is said one way, here, for every page. */
export const zh = {
  ...zhStart,
  ...zhWall,
  ...zhFaces,
  ...zhDoctor,
  ...zhCards,
  ...zhDesk,
  ...zhField,
  ...zhKinds,
  ...zhImporting,
  ...zhMicro,
  ...zhPlans,
  ...zhPlanKinds,
  ...zhTownBorders,
  ...zhProposals,
  ...zhHistory,
  ...zhSiting,
  ...zhTogether,
  ...zhCells,
  ...zhBorderWalks,
  ...zhDictionary,
  ...zhBrought,
  ...zhRegister,
  ...zhOutbox,
  ...zhIncidents,
  ...zhVisits,
  ...zhTeams,
  ...zhOutward,
} as const satisfies Record<string, string>
