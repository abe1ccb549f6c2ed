using JasperFx;
using Marketplace.Feeds;
using Marketplace.Hosting;
using Marketplace.Idempotency;
using Marketplace.Identity;
using Wolverine.Http;
using Marketplace.Http;

if (Commands.Help(args) is { } help)
{
    Console.WriteLine(help);
    return 0;
}
if (args is ["token", ..]) return Commands.Token(args[1..]);

var command = Commands.Find(args);
var serves = command is null && !Commands.OnlyGeneratesCode(args);
// Settings are read once. To watch their files would be to watch every folder below the working directory, a cluster's files among them.
var builder = WebApplication.CreateBuilder([.. args, "--hostBuilder:reloadConfigOnChange=false"]);
if (!builder.TryAddLimits()) return 1;
if (!builder.TryReadIdentity(serves, out var identity)) return 1;
await using var postgres = Commands.OnlyGeneratesCode(args) ? null : await DevelopmentDatabase.StartIfNoneIsConfiguredAsync(builder.Configuration);

builder.AddLogs(onlyWarnings: command is not null);
builder.AddDatabase();
builder.AddEventStore();
builder.AddEndpoints();
builder.AddHttpContract();
if (!builder.TryAddIdentity(identity, besideOwnData: postgres is not null)) return 1;
builder.AddSlices();
builder.AddIdempotency();
if (command is null) builder.Services.AddFeedWorkers();
else builder.DoNotListen();

await using var app = builder.Build();
app.UseHttpContract();
app.MapWolverineEndpoints(options => options.AddPolicy<ValidationPolicy>());
app.MapDocumentation();
app.RequireRules();
if (command is not null) return await app.RunAsync(command);
if (Commands.NamesOne(args)) return await app.RunJasperFxCommands(Commands.WithoutSettings(args));
await app.RunAsync();
return 0;

/// <summary>The program; tests start it by this name.</summary>
public partial class Program;
