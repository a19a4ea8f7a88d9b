// SPDX-License-Identifier: EUPL-1.2
// How the speaker's page shows what is so. Functions of facts to the page; nothing is decided here.
import { kinds } from "./devices.js";
import { text } from "./text.js";
import { hasPicture } from "./whep.js";

const find = (selector) => document.querySelector(selector);

function say(element, words) {
	if (element.textContent !== words) element.textContent = words;
}

export function showGreeting(name) {
	say(find("#greeting"), text("greeting_name", { name }));
}

export function showTally(tally) {
	document.body.dataset.tally = tally;
	say(find("#light"), text(`light_${tally}`));
	const title = text("speak_title");
	document.title = tally === "off" ? title : `● ${text(`light_${tally}`)} · ${title}`;
}

export function showEnd(state) {
	if (state !== "left" && state !== "invalid") return;
	say(find("#end-title"), text(`${state}_title`));
	say(find("#end-lead"), text(`${state}_lead`));
	find("#rejoin").hidden = state === "invalid";
	find("#end-title").focus();
}

// What the speaker must know now, the most urgent first; [kind, words].
function* noticesOf({ server, devices, publisher, receiver, isOpening }) {
	const state = publisher?.state;
	if (publisher?.refusal) yield ["bad", text("speak_refused", { message: publisher.refusal.message })];
	else if (publisher?.isBlocked) yield ["bad", text("blocked")];
	else if (state === "lost") yield ["bad", text("speak_lost")];
	else if (state === "connecting") yield ["calm", text("joining")];
	else if (isOpening && !devices.isAny) yield ["calm", text("allow")];
	for (const kind of kinds) {
		const problem = devices.problem[kind];
		const isAccepted = publisher && kind === "video" && problem !== "ended"; // who joined without a camera knows
		if (problem && !isAccepted) yield ["bad", text(problem === "insecure" ? problem : `${kind}_${problem}`)];
	}
	if (state !== "connected") return;
	if (server?.muted) yield ["warm", text("crew_muted")];
	if (!devices.isOn.audio) yield ["warm", text("self_muted")];
	if (server && !server.admitted) yield ["calm", text("waiting_room")];
	if (receiver?.state === "lost") yield ["calm", text("return_lost")];
	else if (!hasPicture) yield ["calm", text("return_no_picture")];
	else if (receiver?.state === "connected" && receiver.isSoundOnly) yield ["calm", text("return_narrow")];
}

export function showNotices(facts) {
	const wanted = [...new Map([...noticesOf(facts)].map((notice) => [notice[1], notice])).values()];
	const list = find("#notices");
	// What stays is not touched, or it would be read aloud again.
	for (const old of [...list.children]) if (!wanted.some(([, words]) => words === old.textContent)) old.remove();
	wanted.forEach(([kind, words], index) => {
		if (list.children[index]?.textContent === words) return;
		const notice = [...list.children].find((old) => old.textContent === words) ?? document.createElement("p");
		notice.className = `notice ${kind}`;
		notice.textContent = words;
		list.insertBefore(notice, list.children[index] ?? null);
	});
	find("#again").hidden = !kinds.some((kind) => facts.devices.problem[kind]);
}

export function showSelf(track) {
	const video = find("#self");
	if ((video.srcObject?.getVideoTracks()[0] ?? null) === track) return;
	// An element with a stream that is empty would keep the page from ever being loaded.
	video.srcObject = track && new MediaStream([track]);
}

export function showToggles({ isOn, tracks }) {
	const toggles = [
		["#mic", "audio", "mic"],
		["#camera", "video", "camera"],
	];
	for (const [selector, kind, name] of toggles) {
		const button = find(selector);
		button.dataset.on = isOn[kind];
		say(button.querySelector("span"), text(isOn[kind] ? `${name}_off` : `${name}_on`));
	}
	document.body.toggleAttribute("data-covered", !isOn.video || !tracks.video);
}

export async function showDevices(devices) {
	const list = await devices.list();
	for (const kind of kinds) {
		const chosen = devices.tracks[kind]?.getSettings().deviceId;
		const options = list[kind].map(({ deviceId, label }, index) => {
			const name = label || text("unnamed_device", { number: index + 1 });
			return new Option(name, deviceId, false, deviceId === chosen);
		});
		const select = find(`#${kind}`);
		const none = new Option(text("no_device"), "", true, true);
		none.disabled = true;
		select.replaceChildren(...(chosen ? options : [none, ...options]));
		select.disabled = !options.length;
	}
}

// A picture that stands still needs few bits, so what counts is what the way would carry.
function gradeOf({ rtt_ms = 0, loss = 0, room_kbps = 1000 }) {
	if (rtt_ms > 400 || loss > 0.08 || room_kbps < 200) return "poor";
	return rtt_ms > 150 || loss > 0.02 || room_kbps < 500 ? "fair" : "good";
}

export function showQuality(publisher) {
	const quality = publisher.quality();
	const { rtt_ms, loss, kbps } = quality;
	const grade = publisher.state === "connected" ? gradeOf(quality) : "poor";
	const parts = [text(grade)];
	if (rtt_ms !== undefined) parts.push(`${Math.max(1, Math.round(rtt_ms))} ms`);
	if (loss) parts.push(`${(loss * 100).toFixed(loss < 0.1 ? 1 : 0)} %`);
	if (kbps !== undefined) parts.push(`${(kbps / 1000).toFixed(1)} Mbit/s`);
	find("#quality").dataset.grade = grade;
	say(find("#quality"), parts.join(" · "));
}
