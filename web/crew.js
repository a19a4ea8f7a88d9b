// SPDX-License-Identifier: EUPL-1.2
// The crew's page: the multiview (body.dataset.state: asking, connecting, live, lost). Whoever has shown the token gets in; the
// event "enter" on document (.detail.token) says so to what else is on the page, "leave" that the token does not hold any more.
import { Receiver, hasPicture, play } from "./whep.js";
import { onKeys, stayAwake, toggleFullscreen, watchIdle } from "./screen.js";
import { forgetToken, keepToken, knownToken } from "./token.js";
import { label, localise, text } from "./text.js";

const find = (selector) => document.querySelector(selector);
const video = find("video");
let receiver = null;

function stateNow() {
	if (!receiver) return "asking";
	return { connected: "live", lost: "lost" }[receiver.state] ?? "connecting";
}

function messageNow() {
	if (receiver?.refusal) return text({ 503: "crew_full", 422: "no_codec" }[receiver.refusal.status] ?? "refused");
	if (receiver?.isBlocked) return text("blocked");
	return hasPicture ? "" : text("no_codec");
}

function showState() {
	const state = stateNow();
	const message = messageNow();
	document.body.dataset.state = state;
	find("#door").hidden = state !== "asking";
	find("#screen").hidden = state === "asking";
	find("#status").textContent = state === "asking" ? "" : text(state);
	find("#message").textContent = message;
	find("#message").hidden = !message;
}

function showSound() {
	document.body.dataset.sound = video.muted ? "off" : "on";
	label(find("#mute"), video.muted ? "unmute" : "mute");
}

function leave() {
	receiver.stop();
	receiver = null;
	forgetToken();
	find("#refused").textContent = text("crew_refused");
	find("#refused").hidden = false;
	showState();
	find("#token").focus();
	document.dispatchEvent(new CustomEvent("leave"));
}

function onState({ target }) {
	if (target !== receiver) return;
	if (receiver.refusal?.status === 401) leave();
	else showState();
}

function enter(token) {
	keepToken(token);
	receiver = new Receiver(video, "/whep/crew", { token, isHasty: true });
	receiver.addEventListener("state", onState);
	receiver.start();
	stayAwake();
	showState();
	document.dispatchEvent(new CustomEvent("enter", { detail: { token } }));
}

find("#door").addEventListener("submit", (event) => {
	event.preventDefault();
	find("#refused").hidden = true;
	enter(find("#token").value.trim());
	find("#token").value = "";
});
const mute = () => {
	video.muted = !video.muted;
	play(video);
};
const full = () => toggleFullscreen(find("#screen"), video);
find("#mute").addEventListener("click", mute);
find("#full").addEventListener("click", full);
video.addEventListener("dblclick", full);
video.addEventListener("volumechange", showSound);
onKeys({ f: full });
localise();
watchIdle(3000);
showSound();
showState();
const token = knownToken();
if (token) enter(token);
else find("#token").focus();
