// SPDX-License-Identifier: EUPL-1.2
// From one speaker to the room and to another speaker: sound, browser to browser, without a network between.
import { now, speak, watch } from "./stage.mjs";
import { ears, mouth } from "./ears.mjs";
import { follow, part } from "./statistics.mjs";
import { rtpStats } from "../../tests/e2e/lib/people.mjs";
import { sleep, until } from "../../tests/e2e/lib/stage.mjs";

const SETTLE_MS = 4000; // a new source finds its delay in its first seconds
const TALK_SETTLE_MS = 30000; // browsers that start leave hiccups behind, in our rings and in theirs; half a minute of calm takes most of it back

// Without browsers: from the full second at which the beep began to the packet in which it comes to the room.
export async function speakWithout(stage, seconds) {
	const { child } = await speak(stage, "clara");
	const seen = await watch(stage, "/whep/room");
	await sleep(SETTLE_MS);
	seen.beeps.length = 0;
	await sleep(seconds * 1000);
	const delays = seen.beeps.map((one) => one.arrived_ms % 1000);
	await stage.kill(seen.child, "SIGKILL");
	await stage.kill(child, "SIGKILL");
	return { speaker_to_wire_native_ms_p50: part(delays, 0.5), speaker_to_wire_native_ms_p95: part(delays, 0.95) };
}

async function speaker(stage, context, name) {
	const { link } = await stage.crew("invite", name);
	const page = await context.newPage();
	await page.goto(link);
	await page.click("#join");
	await stage.sourceState(name, "live", 30);
	await stage.crew("speaker", "admit", name);
	return page;
}

async function screen(stage, context) {
	const page = await context.newPage();
	await page.goto(`${stage.url}/room`);
	await page.click("button");
	return page;
}

const plays = (page, selector) => until("sound", () => page.evaluate((s) => document.querySelector(s).currentTime > 0.5, selector));

// What a page's jitter buffer for sound held since it was asked last, in ms, by the browser's own account.
async function held(page) {
	const look = async () => (await rtpStats(page)).find((one) => one.kind === "audio");
	let before = await until("sound's statistics", look);
	return async () => {
		const after = await look();
		const since = (key) => after[key] - before[key];
		const held_ms = (since("jitterBufferDelay") / since("jitterBufferEmittedCount")) * 1000;
		before = after;
		return held_ms;
	};
}

// Whoever hears: { beeps(), held() } since they were asked last.
async function listener(page, selector) {
	await plays(page, selector);
	return { beeps: await ears(page, selector), held: await held(page) };
}

function delays(key, spoken, heard) {
	const gaps = follow(spoken, heard);
	return { [`speaker_to_${key}_ms_p50`]: part(gaps, 0.5), [`speaker_to_${key}_ms_p95`]: part(gaps, 0.95), [`speaker_to_${key}_beeps`]: gaps.length };
}

// Anna speaks; Bela and the room hear her.
export async function speakWith(stage, eye, people, seconds) {
	const mouthed = await people.person();
	await mouth(mouthed);
	const anna = await speaker(stage, mouthed, "anna");
	const bela = await speaker(stage, await people.person(), "bela");
	await stage.crew("speaker", "mute", "bela");
	const room = await listener(await screen(stage, eye), "video");
	const other = await listener(bela, "video#return");
	await sleep(TALK_SETTLE_MS);
	const seen = await watch(stage, "/whep/room");
	await Promise.all([room.beeps(), other.beeps(), room.held(), other.held(), anna.evaluate(() => void window.spoken.splice(0))]);
	await sleep(seconds * 1000);
	const [inRoom, atBela, heldByRoom, heldByBela, said] = await Promise.all([
		room.beeps(), other.beeps(), room.held(), other.held(), anna.evaluate(() => window.spoken),
	]);
	const ring = (await stage.crew("source", "list")).sources.find(({ name }) => name === "anna");
	const walls = (beeps) => beeps.map(({ wall }) => wall);
	return {
		...delays("room", walls(said), walls(inRoom)),
		...delays("speaker", walls(said), walls(atBela)),
		...delays("wire", walls(said), seen.beeps.map((one) => one.arrived_ms - (now() - Date.now()))),
		speaker_ring_ms: ring.ring_ms,
		speaker_underruns: ring.underruns,
		room_jitter_ms: heldByRoom,
		speaker_jitter_ms: heldByBela,
	};
}
