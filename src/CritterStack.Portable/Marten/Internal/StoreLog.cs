using Microsoft.Extensions.Logging;

namespace Marten.Internal;

/// <summary>What the store says to its operators.</summary>
internal static partial class StoreLog
{
    [LoggerMessage(1, LogLevel.Information, "The event store's schema {Schema} was created or brought up to date")]
    public static partial void SchemaApplied(this ILogger logger, string schema);

    [LoggerMessage(2, LogLevel.Warning, "The configuration allows {Settings} to be off: acknowledged writes may be lost")]
    public static partial void UnsafeDurabilityAllowed(this ILogger logger, string settings);

    [LoggerMessage(3, LogLevel.Debug, "Other processes could not be told of new events; they find them by polling")]
    public static partial void NotifyFailed(this ILogger logger, Exception reason);
}
