// On to the page's new address, to the place that was asked for; a plain redirect would lose it.
location.replace(document.querySelector("a").href + location.hash);
