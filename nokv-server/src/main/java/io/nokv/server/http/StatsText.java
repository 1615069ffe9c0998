package io.nokv.server.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** Groups as JSON and as Prometheus text. Field names become lower case with underscores. */
public final class StatsText {
    private static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).enable(SerializationFeature.INDENT_OUTPUT)
            .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS).build();

    private StatsText() {}

    /** One object with a field per group, in the order given. */
    public static String json(List<StatsGroup> groups) {
        try {
            return JSON.writeValueAsString(tree(groups)) + "\n";
        } catch (JsonProcessingException e) {
            throw new AssertionError("a tree of numbers has a JSON form", e);
        }
    }

    static ObjectNode tree(List<StatsGroup> groups) {
        ObjectNode all = JSON.createObjectNode();
        for (StatsGroup group : groups) {
            all.set(group.name(), JSON.valueToTree(group.stats().get()));
        }
        return all;
    }

    /** Every number as a sample {@code group_path_to_field}; elements of a list carry their index as a label. Texts are left out. */
    public static String prometheus(List<StatsGroup> groups) {
        StringBuilder out = new StringBuilder(4096);
        for (var group : tree(groups).properties()) {
            flatten(group.getKey(), "", group.getValue(), out);
        }
        return out.toString();
    }

    private static void flatten(String name, String labels, JsonNode node, StringBuilder out) {
        if (node.isObject()) {
            for (var field : node.properties()) {
                flatten(name + "_" + clean(field.getKey()), labels, field.getValue(), out);
            }
        } else if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                flatten(name, (labels.isEmpty() ? "" : labels + ",") + label(labels) + "=\"" + i + "\"", node.get(i),
                        out);
            }
        } else if (node.isNumber() || node.isBoolean()) {
            out.append(name);
            if (!labels.isEmpty()) {
                out.append('{').append(labels).append('}');
            }
            out.append(' ').append(node.isBoolean() ? (node.booleanValue() ? "1" : "0") : node.asText()).append('\n');
        }
    }

    private static String label(String labels) {
        return labels.isEmpty() ? "index" : "index" + (labels.split(",").length + 1);
    }

    private static String clean(String field) {
        return field.replaceAll("[^a-zA-Z0-9_]", "_");
    }
}
