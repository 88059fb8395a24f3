{#- On which page each record stands, for links to the page of them all to be led on. -#}
window.pageOfRecord = {
{% for url, events in years.items() %}
{% for id, event in events.items() %}
{% for name in [id] + event.former_ids | list %}
"{{ name }}": "{{ url.split("/")[-2] }}",
{% endfor %}
{% endfor %}
{% endfor %}
};
