// Shows the routing log as it grows; every text goes in as text, never as markup.
"use strict";
const body = document.getElementById("log");
if (body) {
  const state = document.getElementById("state");
  const events = new EventSource("/window/events?lang=" + body.dataset.lang + "&after=" + body.dataset.after);
  events.onopen = () => { state.textContent = state.dataset.live; };
  events.onerror = () => { state.textContent = state.dataset.lost; };
  events.onmessage = (event) => {
    const line = JSON.parse(event.data);
    const empty = document.getElementById("empty");
    if (empty) empty.remove();
    const row = body.insertRow(0);
    const moment = row.insertCell();
    moment.className = "moment";
    moment.textContent = line.local;
    const step = row.insertCell();
    if (line.link) {
      const link = document.createElement("a");
      link.href = "/window/t/" + encodeURIComponent(line.link);
      link.textContent = line.title;
      step.append(link);
    } else {
      step.textContent = line.title;
    }
    row.insertCell().textContent = line.detail;
    while (body.rows.length > 500) body.deleteRow(-1);
  };
}
