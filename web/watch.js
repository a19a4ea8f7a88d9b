// SPDX-License-Identifier: EUPL-1.2
// The viewer's page: the program, and what is true of it right now (body.dataset.state: connecting, waiting, live, lost).
import { Receiver, hasPicture, play } from "./whep.js";
import { StateSocket } from "./state.js";
import { onKeys, toggleFullscreen, watchIdle } from "./screen.js";
import { label, localise, text } from "./text.js";

const find = (selector) => document.querySelector(selector);
const video = find("video");
const receiver = new Receiver(video, "/whep/program");
const socket = new StateSocket("/ws/program");

function stateNow() {
	if (receiver.state === "connected") return socket.state?.on_air === false ? "waiting" : "live";
	return receiver.state === "lost" ? "lost" : "connecting";
}

function refusalText({ status }) {
	return text({ 503: "full", 422: "no_codec" }[status] ?? "refused");
}

// What is the matter, and what we do about it; "" if nothing is.
function messageNow() {
	if (receiver.refusal) return refusalText(receiver.refusal);
	if (receiver.isBlocked) return text("blocked");
	if (!hasPicture) return text("no_picture");
	return receiver.state === "connected" && receiver.isSoundOnly ? text("narrow") : "";
}

function showState() {
	const state = stateNow();
	const message = messageNow();
	document.body.dataset.state = state;
	find("#status").textContent = text(state);
	find("#message").textContent = message;
	find("#message").hidden = !message;
}

function showSound() {
	document.body.dataset.sound = video.muted || video.volume === 0 ? "off" : "on";
	label(find("#mute"), video.muted ? "unmute" : "mute");
	find("#volume").value = video.muted ? 0 : Math.round(video.volume * 100);
}

function setMuted(isMuted) {
	video.muted = isMuted;
	if (!isMuted && video.volume === 0) video.volume = 0.5;
	play(video);
}

function setVolume(volume) {
	video.volume = Math.min(1, Math.max(0, volume));
	setMuted(video.volume === 0);
}

receiver.addEventListener("state", showState);
for (const name of ["up", "down"]) socket.addEventListener(name, () => receiver.doubt());
socket.addEventListener("state", showState);
video.addEventListener("volumechange", showSound);
find("#sound").addEventListener("click", () => setMuted(false));
find("#mute").addEventListener("click", () => setMuted(!video.muted));
find("#volume").addEventListener("input", ({ target }) => setVolume(target.value / 100));
const full = () => toggleFullscreen(find("#screen"), video);
find("#full").addEventListener("click", full);
video.addEventListener("dblclick", full);
onKeys({
	m: () => setMuted(!video.muted),
	f: full,
	ArrowUp: () => setVolume((video.muted ? 0 : video.volume) + 0.1),
	ArrowDown: () => setVolume((video.muted ? 0 : video.volume) - 0.1),
});
localise();
watchIdle(3000);
showSound();
showState();
receiver.start();
