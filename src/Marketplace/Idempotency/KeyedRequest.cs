using System.Security.Cryptography;
using Marketplace.Domain;
using Marketplace.WritePath;
using Npgsql;

namespace Marketplace.Idempotency;

/// <summary>
/// A write that carries an idempotency key, as those who record something for it see it: is it a repeat, and of what; and the receipt to put
/// into the transaction of the record. Its statement fails, and the transaction with it, when anybody has used the key meanwhile.
/// </summary>
public sealed class KeyedRequest
{
    private const string PrimaryKey = "idempotency_key_pkey";
    private const string Insert = "insert into idempotency_key (key_digest, fingerprint, expires_at, resource, version, created) values ";

    private readonly byte[] _head;
    private readonly DateTimeOffset _expiresAt;
    private byte[]? _fingerprint;

    /// <summary>Begins one.</summary>
    /// <param name="digest">The digest of caller and key.</param>
    /// <param name="head">The digest of the request without its body.</param>
    /// <param name="expiresAt">Until when its answer is kept, UTC.</param>
    public KeyedRequest(byte[] digest, byte[] head, DateTimeOffset expiresAt) => (Digest, _head, _expiresAt) = (digest, head, expiresAt);

    /// <summary>The digest of caller and key.</summary>
    public byte[] Digest { get; }

    /// <summary>What the first request with the key recorded, when this one repeats it: then nothing is recorded, and the answer is made from this.</summary>
    public Receipt? Receipt { get; set; }

    /// <summary>Whether this request put a receipt into a transaction, which stands for its answer.</summary>
    public bool IsRecorded { get; private set; }

    /// <summary>Whether it turned out that somebody else has used the key while this request ran.</summary>
    public bool IsTaken { get; private set; }

    /// <summary>Whether the body has been read to its end, so that the request can be told from others.</summary>
    public bool IsRead => _fingerprint is not null;

    /// <summary>SHA-256 of the request.</summary>
    /// <exception cref="InvalidOperationException">The body has not been read to its end.</exception>
    public byte[] Fingerprint => _fingerprint ?? throw new InvalidOperationException("The body of a keyed request must be read to its end first.");

    /// <summary>The keyed request that a request is; null when it carries no key.</summary>
    public static KeyedRequest? Of(HttpContext http) => http.Features.Get<KeyedRequest>();

    /// <summary>Notes the SHA-256 of the body, once it has been read.</summary>
    public void BodyIs(byte[] sha256) => _fingerprint = Idempotency.Fingerprint.Of(_head, sha256);

    /// <summary>The statement that writes the receipt, to commit with the events it is for.</summary>
    public SqlStatement Enlist(Receipt receipt)
    {
        IsRecorded = true;
        return new SqlStatement(Insert + "(?, ?, ?, ?, ?, ?)", Digest, Fingerprint, _expiresAt, receipt.Resource, receipt.Version, receipt.Created);
    }

    /// <summary>The statement that writes the receipt, to go into the transaction that makes a new resource visible.</summary>
    /// <exception cref="InvalidOperationException">The body has not been read to its end.</exception>
    public NpgsqlBatchCommand ReceiptCommand(string resource)
    {
        var command = new NpgsqlBatchCommand(Insert + "($1, $2, $3, $4, 0, true)");
        command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = Digest });
        command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = Fingerprint });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = _expiresAt });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = resource });
        IsRecorded = true;
        return command;
    }

    /// <summary>Writes the receipt on a connection that is in the transaction which makes a new resource visible.</summary>
    /// <exception cref="InvalidOperationException">The body has not been read to its end.</exception>
    /// <exception cref="PostgresException">Somebody else has used the key: see <see cref="IsTakenBy"/>.</exception>
    public async Task RecordAsync(NpgsqlConnection connection, string resource, CancellationToken ct)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(ReceiptCommand(resource));
        await batch.ExecuteNonQueryAsync(ct);
    }

    /// <summary>The transaction with the receipt did not come about: nothing is recorded, and another may be tried.</summary>
    public void Withdraw() => IsRecorded = false;

    /// <summary>Whether a failed transaction says that somebody else has used the key, however the event store wraps it.</summary>
    public static bool IsTakenBy(Exception e) => e switch
    {
        PostgresException { SqlState: PostgresErrorCodes.UniqueViolation, ConstraintName: PrimaryKey } => true,
        AggregateException all => all.InnerExceptions.Any(IsTakenBy),
        _ => e.InnerException is { } inner && IsTakenBy(inner),
    };

    /// <summary>
    /// Notes that somebody else has used the key. The refusal is for those who cannot run again; the others are given the answer
    /// of whoever was first.
    /// </summary>
    public Refusal Taken()
    {
        IsTaken = true;
        IsRecorded = false;
        return InUse;
    }

    /// <summary>Makes ready to run again, now that there is something to repeat.</summary>
    public void Again() => (IsTaken, IsRecorded) = (false, false);

    /// <summary>409: the first request with the key is still running.</summary>
    public static Refusal InUse { get; } =
        Refusal.Conflict("idempotency-key-in-use", "A request with this idempotency key is still running; its answer can be had in a moment.")
            with { RetryAfterSeconds = 1 };

    /// <summary>422: the key names another request.</summary>
    public static Refusal Reused { get; } =
        new(422, "idempotency-key-reused", "The idempotency key was used for another request; a new request needs a new key.");
}
