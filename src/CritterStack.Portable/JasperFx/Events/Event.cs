namespace JasperFx.Events;

/// <summary>The one implementation of <see cref="IEvent{T}"/>.</summary>
public class Event<T> : IEvent<T>
    where T : notnull
{
    private T _data = default!;
    private Func<object>? _readData;
    private Dictionary<string, object>? _headers;
    private Func<Dictionary<string, object>?>? _readHeaders;

    /// <summary>Wraps a fact that is not stored yet.</summary>
    public Event(T data) => Data = data;

    /// <summary>Wraps a stored fact that is deserialized when somebody asks for it, once. Several threads may ask.</summary>
    internal Event(Func<object> readData, Func<Dictionary<string, object>?> readHeaders) => (_readData, _readHeaders) = (readData, readHeaders);

    /// <inheritdoc />
    public T Data
    {
        get
        {
            if (Volatile.Read(ref _readData) is { } read)
            {
                // Two threads may both read it: the last value stays, and they are equal.
                _data = (T)read();
                Volatile.Write(ref _readData, null);
            }
            return _data;
        }
        set => (_data, _readData) = (value, null);
    }

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
    public Dictionary<string, object>? Headers
    {
        get
        {
            if (Volatile.Read(ref _readHeaders) is { } read)
            {
                _headers = read();
                Volatile.Write(ref _readHeaders, null);
            }
            return _headers;
        }
        set => (_headers, _readHeaders) = (value, null);
    }

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
