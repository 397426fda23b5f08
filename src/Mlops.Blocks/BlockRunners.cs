using Mlops.Core.Pipelines;

namespace Mlops.Blocks;

/// <summary>What runs blocks, by language.</summary>
public sealed class BlockRunners
{
    private readonly Dictionary<string, IBlockRunner> _byLanguage = new(StringComparer.Ordinal);

    /// <exception cref="InvalidOperationException">Two runners are for one language, or one for a language that there is not.</exception>
    internal BlockRunners(IEnumerable<IBlockRunner> runners)
    {
        foreach (var runner in runners)
        {
            if (BlockLanguage.Find(runner.Language) is null)
            {
                throw new InvalidOperationException($"{runner.GetType().Name} is for the language '{runner.Language}', which is not in BlockLanguage.All.");
            }

            if (!_byLanguage.TryAdd(runner.Language, runner))
            {
                throw new InvalidOperationException(
                    $"{_byLanguage[runner.Language].GetType().Name} and {runner.GetType().Name} are both for the language '{runner.Language}'. Register one.");
            }
        }
    }

    internal IBlockRunner? Find(string language) => _byLanguage.GetValueOrDefault(language);

    /// <summary>What the file of a new block begins with; null where its language has nothing for its type.</summary>
    /// <inheritdoc cref="IBlockRunner.NewCode"/>
    public string? NewCode(BlockType type, BlockLanguage language, string uuid, IReadOnlyList<string> upstream) => (type.Word, language.Word) switch
    {
        ("markdown", "markdown") => $"# {string.Join(' ', NewBlock.Words(uuid))}\n",
        _ => Find(language.Word)?.NewCode(type, uuid, upstream),
    };

    /// <summary>Why a block cannot run; null where it can.</summary>
    public string? WhyNot(BlockType type, BlockLanguage language)
    {
        if (!type.Runs)
        {
            return $"{type.Label} blocks take no part in runs.";
        }

        return Find(language.Word) is { } runner ? runner.WhyNot(type) : $"{language.Label} blocks cannot run yet; this block is listed only.";
    }
}
