namespace JasperFx.Events;

/// <summary>Adding events to streams. Nothing reaches the database before the session is saved.</summary>
public interface IEventOperations
{
    /// <summary>Adds events at the end of a stream, wherever that is.</summary>
    StreamAction Append(string stream, IEnumerable<object> events);

    /// <inheritdoc cref="Append(string, IEnumerable{object})" />
    StreamAction Append(string stream, params object[] events);

    /// <summary>Adds events so that the stream then stands at <paramref name="expectedVersion"/>.</summary>
    StreamAction Append(string stream, long expectedVersion, IEnumerable<object> events);

    /// <inheritdoc cref="Append(string, long, IEnumerable{object})" />
    StreamAction Append(string stream, long expectedVersion, params object[] events);

    /// <summary>Starts a stream that must not exist yet.</summary>
    StreamAction StartStream<TAggregate>(string streamKey, IEnumerable<object> events)
        where TAggregate : class;

    /// <inheritdoc cref="StartStream{TAggregate}(string, IEnumerable{object})" />
    StreamAction StartStream<TAggregate>(string streamKey, params object[] events)
        where TAggregate : class;

    /// <inheritdoc cref="StartStream{TAggregate}(string, IEnumerable{object})" />
    StreamAction StartStream(string streamKey, IEnumerable<object> events);

    /// <inheritdoc cref="StartStream{TAggregate}(string, IEnumerable{object})" />
    StreamAction StartStream(string streamKey, params object[] events);
}
