// Reads BPMN files with bpmn-moddle and checks them with rules of bpmnlint; prints what they say as JSON.
//   node moddle.mjs FOLDER FILE ...     FOLDER holds node_modules
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';

const [folder, ...files] = process.argv.slice(2);
const require = createRequire(join(folder, 'package.json'));
const { BpmnModdle } = await import(pathToFileURL(require.resolve('bpmn-moddle')));
const Linter = require('bpmnlint/lib/linter');
const NodeResolver = require('bpmnlint/lib/resolver/node-resolver');

const rules = [
  'ad-hoc-sub-process', 'conditional-event', 'conditional-flows', 'end-event-required', 'event-sub-process-typed-start-event', 'fake-join',
  'label-required', 'link-event', 'no-bpmndi', 'no-complex-gateway', 'no-disconnected', 'no-duplicate-sequence-flows',
  'no-gateway-join-fork', 'no-implicit-end', 'no-implicit-split', 'no-implicit-start', 'no-inclusive-gateway',
  'no-overlapping-elements', 'single-blank-start-event', 'single-event-definition', 'start-event-required', 'sub-process-blank-start-event',
  'superfluous-gateway', 'superfluous-termination'
];
const config = { rules: Object.fromEntries(rules.map((rule) => [rule, 'error'])) };

const said = {};
for (const file of files) {
  const { rootElement, warnings } = await new BpmnModdle().fromXML(readFileSync(file, 'utf8'));
  const linter = new Linter({ resolver: new NodeResolver({ require }), config });  // its rules remember flows
  const found = await linter.lint(rootElement);
  const reports = Object.entries(found).flatMap(([rule, all]) => all.map((one) => `${rule}: ${one.id}: ${one.message}`));
  const planes = rootElement.diagrams.map((diagram) => diagram.plane);
  said[file] = {
    warnings: warnings.map((warning) => warning.message),
    lint: reports,
    drawn: planes.flatMap((plane) => plane.planeElement).filter((one) => one.bpmnElement).length
  };
}
process.stdout.write(JSON.stringify(said));
