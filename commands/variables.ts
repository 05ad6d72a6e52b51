// `npm run variables`: prints the table of every variable, as Markdown.
import { describeVariables } from './variables/table';

process.stdout.write(describeVariables());
