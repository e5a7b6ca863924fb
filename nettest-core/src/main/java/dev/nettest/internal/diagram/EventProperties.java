package dev.nettest.internal.diagram;

import dev.nettest.TraceEvent;
import java.lang.reflect.RecordComponent;
import java.util.LinkedHashMap;
import java.util.Map;

/** The components of an event by name. Each event is a record. */
public final class EventProperties {

    private EventProperties() {}

    /** The components of {@code event} that are not null, in their order. */
    public static Map<String, Object> of(TraceEvent event) {
        Map<String, Object> properties = new LinkedHashMap<>();
        for (RecordComponent component : event.getClass().getRecordComponents()) {
            Object value;
            try {
                value = component.getAccessor().invoke(event);
            } catch (ReflectiveOperationException e) {
                throw new LinkageError("the accessors of an event are public", e);
            }
            if (value != null) {
                properties.put(component.getName(), value);
            }
        }
        return properties;
    }
}
