namespace JasperFx.Events;

/// <summary>The one implementation of <see cref="IEvent{T}"/>.</summary>
public class Event<T> : IEvent<T>
    where T : notnull
{
    /// <summary>Wraps a fact that is not stored yet.</summary>
    public Event(T data) => Data = data;

    /// <inheritdoc />
    public T Data { get; set; }

    object IEvent.Data => Data;

    /// <inheritdoc />
    public Type EventType => typeof(T);

    /// <inheritdoc />
    public string EventTypeName { get; set; } = null!;

    /// <inheritdoc />
    public string DotNetTypeName { get; set; } = null!;

    /// <inheritdoc />
    public Guid Id { get; set; }

    /// <inheritdoc />
    public Guid StreamId { get; set; }

    /// <inheritdoc />
    public string? StreamKey { get; set; }

    /// <inheritdoc />
    public long Version { get; set; }

    /// <inheritdoc />
    public long Sequence { get; set; }

    /// <inheritdoc />
    public DateTimeOffset Timestamp { get; set; }

    /// <inheritdoc />
    public string TenantId { get; set; } = "*DEFAULT*";

    /// <inheritdoc />
    public string? CausationId { get; set; }

    /// <inheritdoc />
    public string? CorrelationId { get; set; }

    /// <inheritdoc />
    public Dictionary<string, object>? Headers { get; set; }

    /// <inheritdoc />
    public bool IsArchived { get; set; }

    /// <inheritdoc />
    public string? AggregateTypeName { get; set; }

    /// <inheritdoc />
    public string? UserName { get; set; }

    /// <inheritdoc />
    public void SetHeader(string key, object value) => (Headers ??= [])[key] = value;

    /// <inheritdoc />
    public object? GetHeader(string key) => Headers is not null && Headers.TryGetValue(key, out var value) ? value : null;
}
