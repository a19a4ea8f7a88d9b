// SPDX-License-Identifier: EUPL-1.2
// Joins, one after the other in a warm browser: from the POST of the offer to the answer and to the first picture
import { camera, open } from "./latency/stage.mjs";
import { joins, summary } from "./latency/joins.mjs";
import { Busy } from "./latency/machine.mjs";
import { rounded, table } from "./lib/figures.mjs";
import { browser } from "../tests/e2e/lib/people.mjs";

const COUNT = 20;
const TARGET_MS = 150;

const stage = await open("bench-join");
let viewer;
try {
	await stage.crew("source", "add", "cam-a", "srt");
	await stage.crew("scene", "add", "stage", "full");
	await stage.crew("scene", "place", "stage", "cam-a");
	await stage.crew("cut", "stage");
	await camera(stage, "cam-a");
	viewer = await browser();
	const page = await viewer.context.newPage();
	await page.goto(`${stage.url}/room`);
	const busy = new Busy();
	const found = summary(await joins(page, COUNT));
	console.log(`${busy.text()}\n`);
	table(
		["from the POST, 20 joins", "p50", "p95", "target"],
		[
			["answer, ms", rounded(found.answer_ms_p50, 0), rounded(found.answer_ms_p95, 0), ""],
			["first picture on the screen, ms", rounded(found.first_frame_ms_p50, 0), rounded(found.first_frame_ms_p95, 0), `p50 ${TARGET_MS}`],
		],
	);
	const rounds = Object.entries(found).map(([key, value]) => [key, rounded(value, 1)]);
	console.log(JSON.stringify({ ...Object.fromEntries(rounds), ...busy.figures() }));
} finally {
	await viewer?.close();
	await stage.end();
}
