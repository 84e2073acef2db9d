{# The files write NA where nothing is known. #}
{% macro known(column) -%}
  nullif({{ column }}, 'NA')
{%- endmacro %}

{% macro number(column, type='int') -%}
  cast({{ known(column) }} as {{ type }})
{%- endmacro %}
