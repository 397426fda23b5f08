using Mlops.Core.Secrets;

namespace Mlops.Core.Runs;

/// <summary>Takes secrets out of what is stored and shown of a block's end.</summary>
internal static class ResultMask
{
    public static BlockResult Apply(this SecretMask mask, BlockResult result) => result with
    {
        Error = result.Error is { } error ? mask.Apply(error) : null,
        Tests = [.. result.Tests.Select(test => test with { Message = test.Message is { } message ? mask.Apply(message) : null })],
    };

    private static BlockError Apply(this SecretMask mask, BlockError error) => error with
    {
        Message = mask.Apply(error.Message),
        StackTrace = error.StackTrace is { } trace ? mask.Apply(trace) : null,
        Code = error.Code is { } code ? mask.Apply(code) : null,
    };
}
