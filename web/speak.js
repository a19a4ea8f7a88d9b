// SPDX-License-Identifier: EUPL-1.2
// The remote speaker's page. It ties together: the devices, what is sent, what comes back, what the server says.
//
//   setup --join--> joining --> joined <--> lost (comes back by itself)      body.dataset.state
//     ^                 \___ leave ___/--> left --rejoin--> joining          body.dataset.tally: off, preview, program
//     a link that is not valid (any more): invalid, until it is
import { Receiver } from "./whep.js";
import { Publisher } from "./whip.js";
import { StateSocket } from "./state.js";
import { Devices, kinds } from "./devices.js";
import { Meter } from "./meter.js";
import { showDevices, showEnd, showGreeting, showNotices, showQuality, showSelf, showTally, showToggles } from "./speak_view.js";
import { onKeys, stayAwake } from "./screen.js";
import { localise } from "./text.js";

const find = (selector) => document.querySelector(selector);
const token = location.pathname.split("/").pop();
const socket = new StateSocket(`/ws/speak/${token}`);
const devices = new Devices();
const meter = new Meter(find("#meter"));
let publisher = null;
let receiver = null; // of the return; its address needs the name that the server tells
let wantsIn = false;

function setState(state) {
	if (document.body.dataset.state === state) return;
	document.body.dataset.state = state;
	document.body.toggleAttribute("data-talk", isTalking());
	showEnd(state);
	showAll();
}

function showAll() {
	showNotices({ server: socket.state, devices, publisher, receiver, isOpening: wantsIn && !publisher });
}

async function join() {
	wantsIn = true;
	setState("joining");
	find("#main").focus();
	stayAwake();
	await devices.open();
	if (!wantsIn || publisher) return;
	if (!devices.isAny) {
		wantsIn = false;
		setState("setup");
		return;
	}
	publisher = new Publisher("/whip", { token });
	for (const kind of kinds) publisher.setTrack(kind, devices.tracks[kind]);
	publisher.addEventListener("state", showPublisher);
	publisher.addEventListener("stats", () => showQuality(publisher));
	publisher.start();
	openReturn();
}

function openReturn() {
	if (receiver || !publisher || !socket.state) return;
	receiver = new Receiver(find("#return"), `/whep/return/${encodeURIComponent(socket.state.name)}`, { token, isHasty: true });
	receiver.addEventListener("state", showAll);
	receiver.start();
}

function showPublisher() {
	const state = { connecting: "joining", connected: "joined", lost: "lost" }[publisher?.state];
	if (state) setState(state);
	showAll();
}

function hangUp() {
	const both = [publisher, receiver];
	publisher = receiver = null;
	for (const session of both) session?.stop();
	find("#return").srcObject = null;
}

function leave() {
	wantsIn = false;
	hangUp();
	devices.close();
	setState("left");
}

function hearServer() {
	showGreeting(socket.state.name);
	showTally(socket.state.tally);
	if (document.body.dataset.state === "invalid") wantsIn ? join() : setState("setup");
	openReturn();
	showAll();
}

function hearInvalid() {
	hangUp();
	showTally("off");
	setState("invalid");
}

function doubt() {
	publisher?.doubt();
	receiver?.doubt();
}

function hearTrack() {
	for (const kind of kinds) if (publisher) publisher.setTrack(kind, devices.tracks[kind]);
	showSelf(devices.tracks.video);
	meter.listen(devices.tracks.audio);
	showToggles(devices);
	showAll();
}

function toggleSettings() {
	const isOpen = document.body.toggleAttribute("data-settings");
	find("#settings").setAttribute("aria-expanded", isOpen);
	if (isOpen) find("#video").focus();
}

function isTalking() {
	return ["joining", "joined", "lost"].includes(document.body.dataset.state);
}

socket.addEventListener("state", hearServer);
socket.addEventListener("invalid", hearInvalid);
for (const name of ["up", "down"]) socket.addEventListener(name, doubt);
devices.addEventListener("track", hearTrack);
devices.addEventListener("list", () => showDevices(devices));
for (const kind of kinds) find(`#${kind}`).addEventListener("change", ({ target }) => devices.choose(kind, target.value));
find("#unprocessed").addEventListener("change", ({ target }) => devices.setProcessed(!target.checked));
find("#panel").addEventListener("submit", (event) => event.preventDefault());
find("#join").addEventListener("click", join);
find("#again").addEventListener("click", () => devices.open());
find("#rejoin").addEventListener("click", join);
find("#leave").addEventListener("click", leave);
find("#settings").addEventListener("click", toggleSettings);
find("#mic").addEventListener("click", () => devices.toggle("audio"));
find("#camera").addEventListener("click", () => devices.toggle("video"));
onKeys({
	m: () => isTalking() && devices.toggle("audio"),
	v: () => isTalking() && devices.toggle("video"),
	Escape: () => document.body.hasAttribute("data-settings") && toggleSettings(),
});
localise();
showTally("off");
showToggles(devices);
devices.open();
