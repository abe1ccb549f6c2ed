using JasperFx.Events.Daemon;
using JasperFx.Events.Projections;
using Marten.Internal;

namespace Marten.Events.Daemon;

/// <summary>A subscription.</summary>
internal sealed class SubscriptionWork(SubscriptionRegistration registration, ErrorHandlingOptions errors)
    : ShardWork(registration.Name, registration.Options)
{
    /// <inheritdoc />
    public override async Task<PageOutcome> ApplyAsync(DocumentSession session, EventPage page, CancellationToken token)
    {
        var range = new EventRange(Name, page.Floor, page.Ceiling, page.Events);
        var controller = new Controller(Name, Options, errors, page);
        var listener = await registration.Subscription.ProcessEventsAsync(range, controller, session, token).ConfigureAwait(false);
        return controller.Outcome with { Listener = listener };
    }

    private sealed class Controller(ShardName name, AsyncOptions options, ErrorHandlingOptions errors, EventPage page)
        : ISubscriptionController
    {
        public PageOutcome Outcome { get; private set; } = new(page.Ceiling);

        public ShardExecutionMode Mode => ShardExecutionMode.Continuous;

        public ErrorHandlingOptions ErrorOptions => errors;

        public ShardName Name => name;

        public AsyncOptions Options => options;

        // Returning from the page says the same: the progress is committed with it.
        public ValueTask MarkSuccessAsync(long processedCeiling) => ValueTask.CompletedTask;

        public Task ReportCriticalFailureAsync(Exception ex) => ReportCriticalFailureAsync(ex, page.Floor);

        public Task ReportCriticalFailureAsync(Exception ex, long lastProcessed)
        {
            Outcome = new PageOutcome(Math.Clamp(lastProcessed, page.Floor, page.Ceiling), Stop: ex);
            return Task.CompletedTask;
        }
    }
}
