using System.Globalization;

namespace Marketplace.Benchmarks;

/// <summary>What the caller asked for.</summary>
internal sealed record Options
{
    /// <summary>Names of rows; none: all.</summary>
    public IReadOnlyList<string> Rows { get; init; } = [];

    /// <summary>How often each side of a row is measured, in turns.</summary>
    public int Rounds { get; init; } = 3;

    /// <summary>How long each side is measured each time, in seconds.</summary>
    public double Seconds { get; init; } = 5;

    /// <summary>How long each side is sent requests before its first measuring: code is compiled to its best only after a while.</summary>
    public double WarmUp { get; init; } = 3;

    /// <summary>How large the things are that rows are measured on.</summary>
    public Scale Scale { get; init; } = Scale.Full;

    /// <summary>Whether to print the block for the README instead of the full table.</summary>
    public bool IsForReadme { get; init; }

    /// <summary>How many statements to tell of for each row, those that PostgreSQL spent most time on.</summary>
    public int Statements { get; init; }

    /// <summary>Whether to measure nothing, but start everything and wait, for somebody with a profiler.</summary>
    public bool Holds { get; init; }

    /// <summary>The application's assembly; another version's, to compare it with this one.</summary>
    public string Application { get; init; } = typeof(Program).Assembly.Location;

    /// <summary>Environment variables of the application beside the ones it needs.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Server settings beside the defaults.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>The help text; the rows follow it.</summary>
    public const string Help = """
        Measures the marketplace against yardsticks in the same minute, on a private PostgreSQL cluster with all durability on.

          dotnet run --project tests/Marketplace.Benchmarks -c Release -- [row…] [options]

          --quick               each side once and for 1 s, on fewer events and offers: all rows in under two minutes
                                (otherwise three times 5 s on the targets' sizes; the table says what is smaller when quick)
          --readme              prints the section for the README rather than the table of all figures
          --rounds N            how often each side is measured, in turns
          --seconds N           for how long each time
          --warm-up N           for how long each is sent requests before its first time   (3 s and 1 s later; 0.5 s when quick)
          --setting NAME=VALUE  a setting of PostgreSQL
          --statements N        tells of each row's N statements that PostgreSQL spent most time on
          --application FILE    another version's Marketplace.dll, to be compared with this one
          --environment N=VALUE an environment variable of the application, such as DOTNET_gcServer=0
          --hold                measures nothing: starts and fills everything, says where, and waits for Enter

        Exit code: 0 every row was measured, whether or not it met its target; 1 something failed or answered with errors; 2 wrong usage.

        Rows:
        """;

    /// <summary>Reads the arguments.</summary>
    /// <exception cref="ArgumentException">They are none; the message is for the caller.</exception>
    public static Options Parse(IReadOnlyList<string> args)
    {
        var options = new Options();
        for (var i = 0; i < args.Count; i++)
        {
            options = args[i] switch
            {
                "--quick" => options with { Rounds = 1, Seconds = 1, WarmUp = 0.5, Scale = Scale.Quick },
                "--readme" => options with { IsForReadme = true },
                "--rounds" => options with { Rounds = (int)Number(1, 100) },
                "--seconds" => options with { Seconds = Number(1, 600) },
                "--warm-up" => options with { WarmUp = Number(0, 600) },
                "--statements" => options with
                {
                    Statements = (int)Number(1, 1000),
                    Settings = With(options.Settings, "shared_preload_libraries=pg_stat_statements"),
                },
                "--setting" => options with { Settings = With(options.Settings, Value()) },
                "--application" => options with { Application = Path.GetFullPath(Value()) },
                "--environment" => options with { Environment = With(options.Environment, Value()) },
                "--hold" => options with { Holds = true },
                ['-', ..] => throw new ArgumentException($"Unknown option {args[i]}; see --help."),
                var row => options with { Rows = [.. options.Rows, row] },
            };

            string Value() => ++i < args.Count ? args[i] : throw new ArgumentException($"{args[i - 1]} needs a value.");

            double Number(double least, double most) =>
                double.TryParse(Value(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var n) && n >= least && n <= most
                    ? n
                    : throw new ArgumentException($"{args[i - 1]} needs a number from {least} to {most}.");
        }

        return options;
    }

    private static Dictionary<string, string> With(IReadOnlyDictionary<string, string> settings, string setting) =>
        setting.Split('=', 2) is [var name, var value]
            ? new Dictionary<string, string>(settings) { [name] = value }
            : throw new ArgumentException($"{setting} is not of the form NAME=VALUE.");
}
