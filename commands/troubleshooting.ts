// `npm run troubleshooting`: prints docs/TROUBLESHOOTING.md.
import { describeTroubles } from './troubleshooting/page';

process.stdout.write(describeTroubles());
